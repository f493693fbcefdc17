import { APP, TEAM } from './options.ts';
import type { ModalContent } from './block-kit/view.ts';
import type { Values } from './values.ts';

/** A modal on one member's screen. */
export interface View extends ModalContent {
  id: string;
  /** Changes with every update. */
  hash: string;
  member: string;
  rootId: string;
  previousId?: string;
}

export function wireView(view: View, values: Values = {}): object {
  const { id, hash, member: _member, rootId, previousId, ...content } = view;
  return {
    ...content,
    id,
    hash,
    team_id: TEAM.id,
    app_id: APP.id,
    app_installed_team_id: TEAM.id,
    bot_id: APP.botId,
    root_view_id: rootId,
    previous_view_id: previousId ?? null,
    private_metadata: content.private_metadata ?? '',
    callback_id: content.callback_id ?? '',
    external_id: content.external_id ?? '',
    submit: content.submit ?? null,
    close: content.close ?? null,
    clear_on_close: content.clear_on_close ?? false,
    notify_on_close: content.notify_on_close ?? false,
    state: { values },
  };
}
