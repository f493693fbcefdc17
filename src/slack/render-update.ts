import type { IncidentLink } from '../domain/incident-links.ts';
import { header, section } from './blocks.ts';
import type { SlackMessage } from './blocks.ts';
import { code, mrkdwn, mrkdwnWithin } from './mrkdwn.ts';
import { renderLinks } from './render-links.ts';

/** What opens an incident's thread. */
export interface IncidentHead {
  incidentKey: string;
  playbook: string;
  happened: [string, string];
  links?: IncidentLink[];
}

export const renderHead = (head: IncidentHead, temporal?: string): SlackMessage => ({
  text: `${head.incidentKey}: ${head.playbook}`,
  blocks: [
    header(`${head.incidentKey}: ${head.playbook}`),
    section(head.happened.map((line) => mrkdwnWithin(line, 1200)).join('\n')),
    section(
      `What happens is told in this thread.${temporal === undefined ? '' : ` <${temporal}|Open in Temporal UI>`}`,
    ),
    ...renderLinks((head.links ?? []).filter(({ url }) => url !== temporal)),
  ],
});

/** One line in the thread; `mention`: Slack ids of the people whom it is for. */
export function renderUpdate(text: string, mention: string[] = []): SlackMessage {
  const people = mention.filter(isMember).map((member) => `<@${member}>`);
  return {
    text: mrkdwnWithin(text, 2500),
    blocks: [section([...people, mrkdwnWithin(text, 2500)].join(' '))],
  };
}

/** Nothing else becomes a mention. */
const isMember = (id: string): boolean => /^[UW][A-Z0-9]{6,20}$/.test(id);

/** A code for Temporal UI, for one person alone. */
export interface PersonalCodes {
  incidentKey: string;
  requestId: string;
  phase: string;
  /** What to paste as input of the signal `decide`, by decision. */
  signals: { approve: string; reject: string };
}

export const renderCodes = ({ incidentKey, requestId, phase, signals }: PersonalCodes): SlackMessage => ({
  text: `${incidentKey}: your codes for Temporal UI`,
  blocks: [
    section(
      `*${mrkdwn(incidentKey)}*, request ${mrkdwn(requestId)} (${mrkdwn(phase)}): should the buttons not be at hand, send the ` +
        'signal `decide` in Temporal UI with one of these inputs. They are yours alone and work once. What Temporal UI shows ' +
        'can be written by whoever can write to its namespace: look first at what would be called, with ' +
        `${code(`soar incident show ${incidentKey}`)}.`,
    ),
    section(`To approve the whole plan:\n\`\`\`\n${signals.approve}\n\`\`\``),
    section(`To reject it:\n\`\`\`\n${signals.reject}\n\`\`\``),
  ],
});
