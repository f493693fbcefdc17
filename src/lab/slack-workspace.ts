import { randomBytes } from 'node:crypto';
import { startSlackLab, type SlackLab } from './slack/slack-lab.ts';

/** Where incidents are told. */
export const incidentsChannel = 'C0INCIDENTS';
/** Who the demo's people are in Slack, by approver. */
export const members: Record<string, string> = { alice: 'U0ALICE001', bob: 'U0BOB00001' };

export interface SlackWorkspace {
  lab: SlackLab;
  botToken: string;
  signingSecret: string;
}

/** A workspace with a channel for incidents, its approvers, and our app. */
export async function startSlackWorkspace(): Promise<SlackWorkspace> {
  const [botToken, signingSecret] = [`xoxb-${randomBytes(16).toString('hex')}`, randomBytes(16).toString('hex')];
  const lab = await startSlackLab({
    botToken,
    signingSecret,
    channels: [{ id: incidentsChannel, name: 'incidents' }],
    members: Object.entries(members).map(([name, id]) => ({ id, name })),
  });
  return { lab, botToken, signingSecret };
}

/** The page as one member sees it. */
export const pageOf = ({ pageUrl }: SlackLab, approver: string): string =>
  `${pageUrl}/?as=${members[approver] ?? ''}&in=${incidentsChannel}`;
