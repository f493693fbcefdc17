import { describe, expect, it } from 'vitest';
import { campaignFinding, type CampaignKnown } from '../../../../src/domain/findings/campaign.ts';
import type { CorrelatedIncident, CorrelationKind, RelatedIncident } from '../../../../src/domain/alert/correlation.ts';
import { anAlert, anIamUser, ids } from '../../../support/builders.ts';

const at = (hour: number) => `2026-03-02T${String(hour).padStart(2, '0')}:00:00Z`;
const incident = (number: number, changes: Partial<CorrelatedIncident> = {}): CorrelatedIncident => ({
  incidentKey: `VMX-${number}`,
  workflowId: `id-${number}`,
  openedAt: at(10 + number),
  instance: `machine-${number}`,
  ...changes,
});
/** This incident is number 3; the others are those that came to be known, in any order. */
function known(
  others: CorrelatedIncident[],
  shares: CorrelationKind[],
  changes: Partial<CampaignKnown> = {},
): CampaignKnown {
  return {
    own: incident(3),
    alert: anAlert({ principal: anIamUser({ accessKeyId: 'AKIASHARED' }) }),
    related: others.map(({ incidentKey, workflowId }): RelatedIncident => ({ incidentKey, workflowId, shares })),
    told: new Map(others.map((other) => [other.workflowId, other])),
    totals: new Map(),
    why: null,
    ...changes,
  };
}
const hands: CorrelationKind[] = ['accessKey', 'principal'];

describe('a campaign', () => {
  it('is told with how many incidents, since when, by what they hang together, and how many machines', () => {
    const others = [incident(2), incident(1), incident(0, { instance: 'machine-1' })];
    expect(campaignFinding(known(others, [...hands, 'bucket']))).toMatchObject({
      answer: 'yes',
      detail:
        `4 incidents since ${at(10)}; access key AKIASHARED in 4; actor ${ids.userArn} in 4; ` +
        `bucket ${anAlert().bucket ?? ''} in 4; 3 instance(s)`,
      sources: ['S24', 'S31'],
      source: 'other incidents',
    });
  });

  it('counts more than are known one by one, and does not claim to know their machines', () => {
    const totals = new Map<CorrelationKind, number>([['principal', 70]]);
    const { detail } = campaignFinding(known([incident(1)], hands, { totals }));
    expect(detail).toContain('70 incidents since');
    expect(detail).toContain(`actor ${ids.userArn} in 70`);
    expect(detail).toContain('at least 2 instance(s)');
  });

  it('does not know of which machine an incident is that only Temporal listed, and says what could not be read', () => {
    const { answer, detail } = campaignFinding(
      known([incident(1), incident(2)], hands, { told: new Map(), why: 'Temporal did not list them' }),
    );
    expect(answer).toBe('yes');
    expect(detail).toContain('at least 1 instance(s); there may be more: Temporal did not list them');
  });

  it('is none of two incidents, nor of many that share only a bucket or an address', () => {
    expect(campaignFinding(known([incident(1)], hands))).toMatchObject({
      answer: 'no',
      detail: 'beside this one only VMX-1',
    });
    const neighbours = [incident(0), incident(1), incident(2)];
    expect(campaignFinding(known(neighbours, ['bucket', 'sourceAddress']))).toMatchObject({
      answer: 'no',
      detail: 'no other incident by the same access key or actor',
    });
  });

  it('is unknown while other incidents could not be read', () => {
    expect(campaignFinding(known([], [], { why: 'they are being read' }))).toMatchObject({
      answer: 'unknown',
      whyUnknown: 'they are being read',
    });
  });
});
