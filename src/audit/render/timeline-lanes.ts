import { isInPlace } from '../../domain/plan/plan.ts';
import type { IncidentReport } from '../../domain/report/report.ts';
import { lossOf } from './loss.ts';
import { sentenceStart } from './outside.ts';
import { duration } from './words.ts';
import { isUndo, actionKind } from '../../domain/acts/action-id.ts';

/** Something that lasted; milliseconds since 1970. `to` null: it had not ended when the report was made. */
export interface Bar {
  from: number;
  to: number | null;
  label: string;
}
export type Shape = 'dot' | 'ring' | 'diamond' | 'empty-diamond' | 'square' | 'cross';
export interface Mark {
  at: number;
  shape: Shape;
  label: string;
}
export interface Lane {
  title: string;
  tone: 'bad' | 'plain' | 'warn' | 'good';
  bars: Bar[];
  marks: Mark[];
}
/** A moment that gets a name on the axis; earlier ones are more important. */
export interface Tick {
  at: number;
  label: string;
}

/** What is drawn of an incident, lane by lane; lanes without anything are left out. Moments that are no time are, too. */
export function lanesOf(report: IncidentReport): Lane[] {
  const lanes = [exposureLane(report), phaseLane(report), approvalLane(report), actionLane(report), tellLane(report)];
  return [...lanes, recheckLane(report)]
    .map((lane) => ({
      ...lane,
      bars: lane.bars.filter(({ from, to }) => !Number.isNaN(from) && !Number.isNaN(to)),
      marks: lane.marks.filter(({ at }) => !Number.isNaN(at)),
    }))
    .filter(({ bars, marks }) => bars.length + marks.length > 0);
}

function exposureLane(report: IncidentReport): Lane {
  const { alert, metrics, actions } = report;
  const { what, takes, taken, ends } = lossOf(report);
  const denied = actions.find((action) => actionKind(action.id) === ends && isInPlace(action));
  const to = denied && metrics.exposure !== null ? Date.parse(denied.at) : null;
  const from = to === null || metrics.exposure === null ? Date.parse(alert.time) : to - metrics.exposure * 1000;
  const label = to === null ? `no end of its ${takes} is on record` : duration(metrics.exposure);
  const bars = alert.outcome === 'success' ? [{ from, to, label }] : [];
  return { title: `${sentenceStart(what.replace(/^the /, ''))} could be ${taken}`, tone: 'bad', bars, marks: [] };
}

const phaseLane = ({ phases }: IncidentReport): Lane => ({
  title: 'Phases',
  tone: 'plain',
  bars: phases.map(({ phase, startedAt, endedAt }) => ({
    from: Date.parse(startedAt),
    to: Date.parse(endedAt),
    label: phase,
  })),
  marks: [],
});

const approvalLane = ({ requests = [], decisions }: IncidentReport): Lane => ({
  title: 'Asked and decided',
  tone: 'warn',
  bars: requests.map(({ askedAt, settledAt, phase }) => ({
    from: Date.parse(askedAt),
    to: settledAt === undefined ? null : Date.parse(settledAt),
    label: phase,
  })),
  marks: decisions.map(({ at, answer, approver, decision }) => ({
    at: Date.parse(at),
    shape: answer.result === 'accepted' ? 'diamond' : 'empty-diamond',
    label: `${approver}: ${decision}, ${answer.result}`,
  })),
});

const actionLane = ({ actions }: IncidentReport): Lane => ({
  title: 'Actions',
  tone: 'good',
  bars: [],
  marks: actions.map((action) => {
    const { id, title, status, at } = action;
    const shape = !isInPlace(action) ? 'ring' : isUndo(id) ? 'square' : 'dot';
    return { at: Date.parse(at), shape, label: `${title}: ${status}` };
  }),
});

const tellLane = ({ arrivals = [], notices = [], requests = [] }: IncidentReport): Lane => ({
  title: 'Alerts and notices',
  tone: 'plain',
  bars: [],
  marks: [
    ...arrivals.map(({ receivedAt, door }) => ({
      at: Date.parse(receivedAt),
      shape: 'square' as const,
      label: `alert by ${door}`,
    })),
    ...requests.flatMap(({ told }) =>
      told.map(({ at, what }) => ({ at: Date.parse(at), shape: 'ring' as const, label: what })),
    ),
    ...notices.flatMap(({ at, who }) =>
      at === undefined ? [] : [{ at: Date.parse(at), shape: 'dot' as const, label: `${who} told` }],
    ),
  ],
});

const recheckLane = ({ rechecks }: IncidentReport): Lane => ({
  title: 'Rechecks',
  tone: 'good',
  bars: [],
  marks: rechecks.map(({ at, result }) => ({
    at: Date.parse(at),
    shape: ({ holds: 'dot', drift: 'cross', unknown: 'ring' } as const)[result],
    label: `recheck: ${result}`,
  })),
});

/** The most important first; the drawing leaves out what it has no room for. */
export function ticksOf({ alert, openedAt, closedAt, actions, rechecks, phases }: IncidentReport): Tick[] {
  const acts = actions.filter((action) => action.phase === 'containment' && isInPlace(action));
  const ticks: Tick[] = [
    { at: Date.parse(alert.time), label: alert.outcome === 'success' ? 'export' : 'attempt' },
    ...(closedAt === null ? [] : [{ at: Date.parse(closedAt), label: 'closed' }]),
    ...(acts.length === 0 ? [] : [{ at: Math.max(...acts.map(({ at }) => Date.parse(at))), label: 'acted' }]),
    { at: Date.parse(openedAt), label: 'opened' },
    ...rechecks.map(({ at }) => ({ at: Date.parse(at), label: 'recheck' })),
    ...phases.map(({ phase, startedAt }) => ({ at: Date.parse(startedAt), label: phase })),
  ];
  return ticks.filter(({ at }) => !Number.isNaN(at));
}
