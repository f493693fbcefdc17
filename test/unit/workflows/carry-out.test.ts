import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ActInput } from '../../../src/domain/acts/acts.ts';
import type { ActionRecord, Plan, PlannedAction } from '../../../src/domain/plan/plan.ts';
import type { IncidentRun } from '../../../workflows/shared/incident-run.ts';
import { aPolicy } from '../../support/builders.ts';

const acts: ActInput[] = [];

vi.mock('@temporalio/workflow', () => ({
  CancellationScope: { nonCancellable: (work: () => unknown) => work() },
}));
vi.mock('../../../workflows/activities.ts', () => ({
  contain: {
    putInlinePolicy: (input: ActInput) => {
      acts.push(input);
      return Promise.resolve({ status: 'applied', detail: 'done', at: 'now' });
    },
  },
}));
vi.mock('../../../workflows/shared/kept-for-others.ts', () => ({ keptFrom: () => Promise.resolve([]) }));
vi.mock('../../../workflows/shared/observed.ts', () => ({}));
vi.mock('../../../workflows/shared/record.ts', () => ({ now: () => 'now' }));
const { carryOut } = await import('../../../workflows/shared/carry-out.ts');

const action = (id: string): PlannedAction =>
  ({ id, title: id, reversible: true, input: { act: 'putInlinePolicy', accountId: '1', incidentKey: id } }) as never;
const plan = (...ids: string[]): Plan => ({ phase: 'containment', actions: ids.map(action), notPlanned: [] });
const idsOf = (some: { id: string }[]): string[] => some.map(({ id }) => id);

beforeEach(() => void acts.splice(0));

describe('a plan of more actions than the policy allows in one', () => {
  const asked: string[][] = [];
  const incident = (approve: (ids: string[]) => string[], preApproved: string[] = []): IncidentRun => {
    asked.splice(0);
    const { approvals, ...policy } = aPolicy({ actionLimit: 2 });
    return {
      turns: { take: (work: () => unknown) => work() },
      policy: { ...policy, approvals: { ...approvals, preApproved } },
      record: { notPlanned: [], actions: [], add: () => undefined },
      opening: { policyDigest: 'p' },
      temporary: { watch: () => undefined },
      closing: false,
      gate: {
        ask: ({ actions }: Plan) => {
          asked.push(idsOf(actions));
          const requestId = `request-${asked.length}`;
          return Promise.resolve({
            result: 'approved',
            requestId,
            actions: approve(idsOf(actions)),
            authorisation: {},
          });
        },
      },
    } as never;
  };
  const all = (ids: string[]): string[] => ids;
  const five = () => Promise.resolve(plan('deny-actor', 'deny-actor:1', 'deny-actor:2', 'lock-bucket', 'copy'));
  const of = (records: ActionRecord[]) => records.map(({ id, status }) => `${id} ${status}`);

  it('is asked about in several, something of each kind first, and all of it is done that people approve', async () => {
    const run = incident((ids) => ids.filter((id) => id !== 'copy'));
    const records = await carryOut(run, five);
    expect(asked).toEqual([['deny-actor', 'lock-bucket'], ['deny-actor:1', 'copy'], ['deny-actor:2']]);
    expect(of(records)).toEqual([
      'deny-actor applied',
      'lock-bucket applied',
      'deny-actor:1 applied',
      'copy not-approved',
      'deny-actor:2 applied',
    ]);
    expect(acts).toHaveLength(4);
  });

  it('does no more unasked than fits into one', async () => {
    await carryOut(incident(all, ['deny-actor']), five);
    expect(asked.flat()).toEqual(['deny-actor:1', 'lock-bucket', 'deny-actor:2', 'copy']);
    expect(acts).toHaveLength(5);
  });

  it('says what was not needed any more when it was its turn', async () => {
    const run = incident(all);
    await carryOut(run, () => (asked.length === 0 ? five() : Promise.resolve(plan('copy'))));
    expect(asked).toEqual([['deny-actor', 'lock-bucket'], ['copy']]);
    expect(run.record.notPlanned.map(({ what }) => what)).toEqual(['deny-actor:1', 'deny-actor:2']);
  });

  it('says what was not asked about when the incident was closed', async () => {
    const run = incident(all);
    const ask = run.gate.ask.bind(run.gate);
    run.gate.ask = (...rest) => {
      Object.assign(run, { closing: true });
      return ask(...rest);
    };
    await carryOut(run, five);
    expect(run.record.notPlanned).toEqual([
      { what: 'deny-actor:1, deny-actor:2, copy', why: 'the incident was closed before it was asked about' },
    ]);
  });
});
