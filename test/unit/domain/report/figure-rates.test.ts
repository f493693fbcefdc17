import { describe, expect, it } from 'vitest';
import { figureIndexEntry, figureIndexKey, readFigures } from '../../../../src/domain/report/figure-index.ts';
import { approvalsIn, byAllowListEntry, byRule, driftIn } from '../../../../src/domain/report/figure-rates.ts';
import { figuresOf, inPeriod, type IncidentFigures } from '../../../../src/domain/report/incident-figures.ts';
import type { IncidentReport } from '../../../../src/domain/report/report.ts';
import { anAlert } from '../../../support/builders.ts';
import { aReport } from '../../audit/a-report.ts';

const figures = (changes: Partial<IncidentFigures> = {}): IncidentFigures => ({ ...figuresOf(aReport())!, ...changes });
const request = (...told: ('reminded' | 'overdue')[]) =>
  ({ requestId: 'r', told: told.map((what) => ({ at: '', what })) }) as unknown as NonNullable<
    IncidentReport['requests']
  >[number];

describe('the figures of an incident', () => {
  it('name the rule, the entry that it matched, what was overdue and what did not hold', () => {
    const report = aReport({
      alert: { ...anAlert(), arrival: { door: 'elastic', receivedAt: '2027-01-05T10:00:00Z', rule: 'EC2 export' } },
      assessment: {
        severity: 'low',
        met: [
          { id: 'S67', level: 'low', criterion: '', evidence: ['allow-list entry nightly.backup: as every night'] },
        ],
        unknown: [],
      },
      requests: [request('reminded', 'overdue'), request('reminded'), request()],
      rechecks: [
        { at: '', result: 'holds', drifted: [] },
        { at: '', result: 'drift', drifted: [] },
        { at: '', result: 'unknown', drifted: [] },
      ],
    });
    expect(figuresOf(report)).toMatchObject({
      rule: 'EC2 export',
      allowListEntry: 'nightly.backup',
      requests: 3,
      overdue: 1,
      rechecks: 3,
      drifted: 1,
    });
  });

  it('say of an earlier version that it is not known what was overdue', () => {
    const { requests: _, ...report } = aReport();
    expect(figuresOf(report)).toMatchObject({ requests: null, overdue: null });
  });

  it('are none of an interim report, and none of an undo', () => {
    expect(figuresOf(aReport({ closedAt: null }))).toBeNull();
    expect(figuresOf(aReport({ undoes: 'ec2-vm-export/1' }))).toBeNull();
  });

  it('from several places count once, by what closed last', () => {
    const [early, late] = ['2027-01-05T11:00:00Z', '2027-01-05T12:00:00Z'];
    const twice = [figures({ closedAt: early, drifted: 0 }), figures({ closedAt: late, drifted: 1 })];
    for (const order of [twice, [...twice].reverse()]) {
      expect(inPeriod(order, -Infinity, Infinity)).toEqual([twice[1]]);
    }
    expect(inPeriod([figures({ runId: 'a' }), figures({ runId: 'b' })], -Infinity, Infinity)).toHaveLength(2);
  });
});

describe('rates over many incidents', () => {
  it('count false positives by rule, and alerts without a rule apart', () => {
    const of = (rule: string | null, verdict: IncidentFigures['verdict']) => figures({ rule, verdict });
    const many = [
      of('a', 'authorised'),
      of('a', 'unauthorised-export'),
      of('a', 'undetermined'),
      of(null, 'unauthorised-attempt'),
    ];
    expect(byRule(many)).toEqual([
      { rule: 'a', incidents: 3, authorised: 1 },
      { rule: null, incidents: 1, authorised: 0 },
    ]);
  });

  it('count how often an entry of the allow-list matched, and when it did last', () => {
    const matched = (openedAt: string, verdict: IncidentFigures['verdict']) =>
      figures({ allowListEntry: 'backup', openedAt, verdict });
    const many = [
      matched('2027-01-07T00:00:00Z', 'authorised'),
      matched('2027-01-05T00:00:00Z', 'unauthorised-export'),
      figures({ allowListEntry: null }),
    ];
    expect(byAllowListEntry(many)).toEqual([
      { entry: 'backup', matched: 2, authorised: 1, lastAt: '2027-01-07T00:00:00Z' },
    ]);
  });

  it('count overdue approvals, and incidents that did not record them', () => {
    const many = [figures({ requests: 3, overdue: 1 }), figures({ requests: null, overdue: null })];
    expect(approvalsIn(many)).toEqual({ requests: 3, overdue: 1, unknown: 1 });
  });

  it('count incidents with drift among those that were looked at again', () => {
    const many = [
      figures({ rechecks: 3, drifted: 2 }),
      figures({ rechecks: 3, drifted: 0 }),
      figures({ rechecks: 0, drifted: 0 }),
    ];
    expect(driftIn(many)).toEqual({ watched: 2, drifted: 1 });
  });
});

describe('the index of incidents', () => {
  it('keeps figures under the day on which the incident opened', () => {
    const one = figures({ openedAt: '2027-01-31T23:30:00Z', incidentKey: 'VMX-A', runId: 'r1' });
    expect(figureIndexKey(one)).toBe('index/incidents/2027-01-31/VMX-A-r1.json');
    expect(readFigures(figureIndexEntry(one))).toEqual(one);
  });

  it('takes nothing that is not figures, and nothing beside them', () => {
    const entry = (changes: object) => JSON.stringify({ ...figures(), ...changes });
    expect(readFigures(entry({ more: '<script>' }))).toEqual(figures());
    for (const wrong of [
      { severity: 'critical' },
      { exposure: '60' },
      { exposure: -1 },
      { openedAt: 'yesterday' },
      { rule: 'x'.repeat(501) },
      { runId: undefined },
    ]) {
      expect(readFigures(entry(wrong))).toBeNull();
    }
    expect(readFigures('nonsense')).toBeNull();
  });

  it('names no person: what alerts and people wrote is not in it', () => {
    const names = Object.keys(JSON.parse(figureIndexEntry(figures())) as object).sort();
    expect(names).toEqual([
      'accessedOutside',
      'account',
      'allowListEntry',
      'closedAt',
      'drifted',
      'exposure',
      'incidentKey',
      'openedAt',
      'overdue',
      'rechecks',
      'requests',
      'rule',
      'runId',
      'severity',
      'timeToAcknowledgement',
      'timeToContainment',
      'timeToDetection',
      'verdict',
    ]);
  });
});
