import type { Client } from '@temporalio/client';
import { cutShortIncidents } from '../../src/audit/cut-short-incidents.ts';
import type { ArchiveInput } from '../../src/domain/archive.ts';
import { cutShortText } from '../../src/domain/cut-short.ts';
import { workflowLink } from '../../src/domain/links.ts';
import { renderUpdate } from '../../src/slack/render-update.ts';
import { slackClient } from '../slack/client.ts';
import type { SlackSettings } from '../slack/notify.ts';
import { postOnce } from '../slack/post-once.ts';
import type { WatchNotify } from './contract.ts';

/** Where incidents are told, whatever channel one of them has of its own. */
export interface WatchSlack extends SlackSettings {
  channel: string;
}

/** `seal`: undefined where incidents are not sealed. */
export const watchNotify = (
  client: Client,
  slack: WatchSlack | null,
  seal: ((run: ArchiveInput) => Promise<unknown>) | undefined,
): WatchNotify => ({
  findCutShort: () => cutShortIncidents(client),

  async tellCutShort(cutShort) {
    const { workflowId, runId } = cutShort;
    if (slack) {
      const link = slack.temporal && workflowLink(slack.temporal.uiUrl, slack.temporal.namespace, workflowId);
      const text = [cutShortText(cutShort), ...(link ? [link] : [])].join('\n');
      await postOnce(slackClient(slack), { channel: slack.channel }, renderUpdate(text));
    }
    await seal?.({ workflowId, runId });
  },
});
