import { chat } from './chat.ts';
import { conversations } from './conversations.ts';
import type { Method } from './method.ts';
import { people } from './people.ts';
import { views } from './views.ts';

const apps = {
  'apps.connections.open': ({ socketMode, socketOrigin }) => ({ url: `${socketOrigin()}${socketMode.ticket()}` }),
} satisfies Record<string, Method>;

/** By name. A method that is not here is `unknown_method`. */
export const methods: ReadonlyMap<string, Method> = new Map(
  Object.entries<Method>({ ...chat, ...conversations, ...people, ...views, ...apps }),
);

/** The only one that wants the token of the app and not that of its bot. */
export const wantsAppToken = (method: string): boolean => method === 'apps.connections.open';
