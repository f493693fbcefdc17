import type { IncidentLink } from '../domain/incident-links.ts';
import { limits, section, type SlackBlock } from './blocks.ts';

/** What would end a link of mrkdwn; encoded already in everything that comes from an alert. */
const ends = /[<>|\s]/;
/** Slack takes some 13,000 characters in all; a longer one is in the report and the CLI. */
const longest = 1000;

/** Pre-filled searches and pages, in as many sections as they need. */
export function renderLinks(links: IncidentLink[]): SlackBlock[] {
  const sections: string[] = [];
  for (const { title, url } of links) {
    if (ends.test(url) || url.length > longest) continue;
    const text = `<${url}|${title}>`;
    const last = sections.pop();
    if (last === undefined) sections.push(text);
    else if (last.length + text.length + 3 <= limits.section) sections.push(`${last} · ${text}`);
    else sections.push(last, text);
  }
  return sections.map(section);
}
