import type { Modals } from '../modals.ts';
import type { SocketMode } from '../socket-mode.ts';
import type { Triggers } from '../triggers.ts';
import type { Workspace } from '../workspace.ts';
import type { Arguments } from './arguments.ts';

/** What the methods work on. */
export interface Backend {
  workspace: Workspace;
  modals: Modals;
  triggers: Triggers;
  socketMode: SocketMode;
  /** The origin under which WebSockets are opened. */
  socketOrigin: () => string;
}

/** The answer beside `ok: true`; it throws a `SlackRefusal` otherwise. */
export type Method = (backend: Backend, given: Arguments) => object;
