import { parseModal } from '../block-kit/parse.ts';
import { SlackRefusal } from '../refusal.ts';
import { wireView } from '../view.ts';
import type { Arguments } from './arguments.ts';
import type { Method } from './method.ts';

const modalOf = (given: Arguments) => parseModal(given.json('view', 'invalid_arguments'));

export const views = {
  'views.open': ({ modals, triggers }, given) => {
    const content = modalOf(given);
    return { view: wireView(modals.open(triggers.exchange(given.required('trigger_id')), content)) };
  },

  'views.push': ({ modals, triggers }, given) => {
    const content = modalOf(given);
    return { view: wireView(modals.push(triggers.exchange(given.required('trigger_id')), content)) };
  },

  'views.update': ({ modals }, given) => {
    const content = modalOf(given);
    const id = given.text('view_id');
    const view = id === '' ? modals.byExternalId(given.required('external_id')) : modals.find(id);
    const hash = given.text('hash');
    if (hash !== '' && hash !== view.hash) throw new SlackRefusal('hash_conflict');
    return { view: wireView(modals.update(view, content)) };
  },
} satisfies Record<string, Method>;
