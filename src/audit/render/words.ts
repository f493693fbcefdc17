import type { Finding } from '../../domain/findings/evidence.ts';

/** Words that every rendering of a report shares. */
export const notKnown = 'not known';

export function duration(seconds: number | null): string {
  if (seconds === null) return notKnown;
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [Math.round(seconds) % 60, 's'],
  ] as const;
  const first = parts.findIndex(([amount]) => amount > 0);
  if (first === -1) return '0 s';
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount} ${unit}`)
    .join(' ');
}

export const plural = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`;

/** How a decision's person was known. */
export const verifiedBy: Record<string, string> = {
  'gateway-signature': 'signed by the gateway',
  code: 'one-time code',
  nothing: 'not verified',
};

/** Through what the person decided; another gateway's channel has a name of its own. */
const channels: Record<string, string> = {
  slack: 'in Slack',
  gateway: 'with soar incident decide',
  'temporal-ui': 'in Temporal UI',
};
export const channelWords = (channel: string): string => channels[channel] ?? `through ${channel}`;

/** At most so much of a text that may be endless. */
export const shortened = (value: string, most = 1_000): string =>
  value.length > most ? `${value.slice(0, most)}… (${value.length} characters)` : value;

/** A moment as people read it; what is no time is left as it is. */
export const utc = (at: string): string => {
  const time = Date.parse(at);
  return Number.isNaN(time) ? at : new Date(time).toISOString().slice(0, 19).replace('T', ' ');
};

/** A sentence whose moments are as people read them; the report says that all are UTC. */
export const spoken = (sentence: string): string =>
  sentence.replaceAll(/\b(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d{1,9})?Z\b/g, '$1 $2');

/** Who was asked, and how far the answer can be trusted; an older incident recorded none of it. */
export const basisWords = ({ source, confidence }: Finding): string[] => [
  ...(source === undefined ? [] : [source]),
  ...(confidence === undefined ? [] : [`confidence ${confidence}`]),
];
/** For which time the answer holds; null: it was not recorded, or the answer is of no time. */
export const rangeWords = ({ range }: Finding): string | null =>
  range === undefined ? null : `from ${utc(range.from)} to ${utc(range.to)}`;
