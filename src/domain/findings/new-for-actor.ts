import { exportEvents } from '../alert/alert.ts';
import { eventHistory } from '../cloudtrail/event-history.ts';
import type { Finding } from './evidence.ts';
import { finding, unanswered, whyUnread } from './finding.ts';
import type { Investigated } from './investigated.ts';
import { agentFamily } from './trail-summary.ts';
import type { TrailFacts, Counted } from './trail-facts.ts';

const day = 86_400_000;

/** What the actor did before the day of the export: its habits, for as long as anybody keeps them. */
export function historyBefore(alertTime: string, reach = eventHistory): { from: string; to: string } {
  const to = Math.floor(Date.parse(alertTime) / day) * day;
  return { from: new Date(Date.parse(alertTime) - reach).toISOString(), to: new Date(to).toISOString() };
}

/** What the actor never did, or never from there, in the time before the day of the export (S71, S90). */
export function newForActor({ alert, actorTrail, history }: Investigated): Finding {
  const id = 'new-for-actor';
  const sources = ['S71', 'S90'];
  const question = 'Did the actor do something, or call from somewhere, for the first time?';
  if (!history?.summary) return unanswered(id, sources, question, 'the time before the export was not read');
  const { summary } = history;
  const unread = whyUnread(history);
  // Nothing of it was read: everything would look new.
  if (history.total === 0 && unread !== null) return unanswered(id, sources, question, unread);
  const before = `between ${unread === null ? history.from : (summary.first ?? history.to)} and ${history.to}`;
  const news = [
    ...newNames(actionsNow(alert.eventName, actorTrail), names(history)).map((name) => `action ${name}`),
    ...newNames(
      [...given(alert.sourceAddress), ...(actorTrail?.summary?.addresses ?? []).map(({ address }) => address)],
      {
        known: new Set(summary.addresses.map(({ address }) => address)),
        all: summary.otherAddresses === 0,
      },
    ).map((address) => `address ${address}`),
    ...newNames([alert.region, ...keys(actorTrail?.summary?.regions)], listed(summary.regions)).map(
      (region) => `Region ${region}`,
    ),
    ...newNames(
      [...given(alert.userAgent).map(agentFamily), ...keys(actorTrail?.summary?.agents)],
      listed(summary.agents),
    ).map((agent) => `user agent ${agent}`),
  ];
  const range = (found: Finding): Finding => ({ ...found, range: { from: history.from, to: history.to } });
  if (news.length === 0) {
    const used = `action, Region, user agent and address were all used ${before} (${history.total} calls)`;
    return range(finding(id, sources, question, 'no', used));
  }
  if (history.total === 0 && unread === null) {
    // All is new to somebody without a past: an answer, and next to no sign.
    const detail = `${short(news)}; no call of the actor is on record ${before}, so there is no past to compare with`;
    return range({ ...finding(id, sources, question, 'yes', detail), confidence: 'low' });
  }
  const detail = `${short(news)}; not seen in ${history.total} calls ${before}`;
  // What was not read may hold them.
  return unread === null
    ? range(finding(id, sources, question, 'yes', detail))
    : range(finding(id, sources, question, 'unknown', `${detail}; what lies before is not known: ${unread}`, unread));
}

interface Known {
  known: ReadonlySet<string>;
  /** False: others were counted only, so what is not listed may be among them. */
  all: boolean;
}

const newNames = (now: string[], { known, all }: Known): string[] =>
  all ? [...new Set(now)].filter((name) => !known.has(name)) : [];

const names = ({ countByName, total }: TrailFacts): Known => ({
  known: new Set(Object.keys(countByName)),
  all: Object.values(countByName).reduce((sum, calls) => sum + calls, 0) === total,
});
const listed = ({ counts, others }: Counted): Known => ({ known: new Set(Object.keys(counts)), all: others === 0 });
const keys = (counted: Counted | undefined): string[] => Object.keys(counted?.counts ?? {});
const given = (value: string | undefined): string[] => (value === undefined ? [] : [value]);

/** The export first, then what changes something, then the rest. */
function actionsNow(exported: string, trail: TrailFacts | null): string[] {
  const changing = new Set((trail?.events ?? []).filter(({ readOnly }) => !readOnly).map(({ eventName }) => eventName));
  const all = Object.keys(trail?.countByName ?? {});
  const isExport = (name: string) => (exportEvents as readonly string[]).includes(name);
  return [
    exported,
    ...all.filter(isExport),
    ...all.filter((name) => changing.has(name)),
    ...all.filter((name) => !changing.has(name)),
  ];
}

/** So many of each kind are named. */
const mostOfAKind = 5;

function short(news: string[]): string {
  const kinds = ['action', 'address', 'Region', 'user agent'];
  return kinds
    .flatMap((kind) => {
      const found = news.filter((one) => one.startsWith(`${kind} `));
      const more = found.length - mostOfAKind;
      return [...found.slice(0, mostOfAKind), ...(more > 0 ? [`${more} more of the kind ${kind}`] : [])];
    })
    .join(', ');
}
