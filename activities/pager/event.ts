import type { Severity } from '../../src/domain/severity/assessment.ts';
import type { Page, UncontainedPage } from '../../src/domain/notices/page.ts';

/** An event of PagerDuty's Events API v2. The routing key is added where it is sent. */
export type PagerEvent =
  | {
      event_action: 'trigger';
      dedup_key: string;
      payload: {
        summary: string;
        source: string;
        severity: 'critical' | 'error' | 'warning';
        timestamp: string;
        class: string;
        custom_details: Record<string, string>;
      };
      client: string;
      links?: { href: string; text: string }[];
    }
  | { event_action: 'resolve'; dedup_key: string };

/** Of the API, in characters: an event with a longer one is refused. */
const longestSummary = 1024;

const urgency = { high: 'critical', medium: 'error', low: 'warning' } as const satisfies Record<Severity, string>;

export function triggerEvent(page: Page, link: string | null): PagerEvent {
  const { incidentKey, requestId, phase, severity, actions, askedAt, dueAt, asked } = page;
  const summary =
    `${incidentKey}: ${phase}, ${actions} action${actions === 1 ? '' : 's'} to decide on, ` +
    `nobody has settled it since ${askedAt}; due ${dueAt}; asked ${asked.join(', ')}`;
  const details = {
    request: requestId,
    phase,
    severity,
    due: dueAt,
    'look and decide': `soar incident decide ${incidentKey}`,
  };
  return trigger(page, link, { summary, timestamp: askedAt, class: 'approval request', custom_details: details });
}

export function uncontainedEvent(page: UncontainedPage, link: string | null): PagerEvent {
  const { incidentKey, severity, since, notPlanned } = page;
  const summary =
    `${incidentKey}: containment could plan nothing; nobody was asked, nothing is changed, and ` +
    `${notPlanned} thing${notPlanned === 1 ? ' is' : 's are'} left to people`;
  const details = {
    phase: 'containment',
    severity,
    'look why': `soar incident show ${incidentKey}`,
    'once the cause is gone': `soar incident retry ${incidentKey}`,
  };
  return trigger(page, link, { summary, timestamp: since, class: 'not contained', custom_details: details });
}

type Payload = Extract<PagerEvent, { event_action: 'trigger' }>['payload'];

const trigger = (
  { key, incidentKey, severity }: Pick<Page, 'key' | 'incidentKey' | 'severity'>,
  link: string | null,
  { summary, ...said }: Omit<Payload, 'source' | 'severity'>,
): PagerEvent => ({
  event_action: 'trigger',
  dedup_key: key,
  payload: {
    summary: Array.from(summary).slice(0, longestSummary).join(''),
    source: incidentKey,
    severity: urgency[severity],
    ...said,
  },
  client: 'temporal-soar',
  ...(link === null ? {} : { links: [{ href: link, text: 'Temporal UI' }] }),
});

export const resolveEvent = ({ key }: Pick<Page, 'key'>): PagerEvent => ({ event_action: 'resolve', dedup_key: key });
