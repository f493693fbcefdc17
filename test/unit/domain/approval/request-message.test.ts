import { describe, expect, it } from 'vitest';
import { shortened } from '../../../../src/domain/approval/request-message.ts';
import { aFailedAlert, anAlert, ids } from '../../../support/builders.ts';
import { aRequest } from '../../cli/a-plan.ts';
import { aDecisionRecord, aMessage } from '../../slack/a-message.ts';

describe('the message of a request', () => {
  it('says in two lines what happened and who did it', () => {
    const [what, who] = aMessage().happened;
    expect(what).toBe(
      `CreateInstanceExportTask succeeded at 2026-03-02T10:00:00Z in account ${ids.account}, ${ids.region}: ` +
        `${ids.instance} to s3://${ids.bucket}/${ids.key}`,
    );
    expect(who).toBe(`by ${ids.userArn} with key ${ids.accessKey} from 198.51.100.7, aws-cli/2.17.0`);
  });

  it('says what is not known of the alert', () => {
    const { bucket: _, sourceAddress: __, ...alert } = anAlert();
    const message = aMessage({ alert });
    expect(message.happened.join()).toContain('to an unknown bucket');
    expect(message.happened.join()).toContain('from an unknown address');
    expect(aMessage({ alert: aFailedAlert() }).happened[0]).toContain('failed (Client.UnauthorizedOperation)');
  });

  it('gives severity with the criteria that made it', () => {
    expect(aMessage()).toMatchObject({ severity: 'high', criteria: ['high: readable outside (bucket policy)'] });
    expect(aMessage({ assessment: null })).toMatchObject({ severity: null, criteria: [] });
  });

  it('parts what is known from what could not be found out, with the reason', () => {
    const { known, unknown } = aMessage();
    expect(known.lines).toEqual([
      'Can anybody outside read the bucket? yes: account 333333333333 by statement Partner',
      'Did the key do anything else? no: nothing between then and now',
    ]);
    expect(unknown.lines).toEqual([
      'Was the image downloaded? access logging is off',
      'not known for the severity: How is the data on the instance classified?',
    ]);
  });

  it('tells first what changes the decision, and last what it has said above', () => {
    const found = (id: string, answer: 'yes' | 'no' | 'unknown') => ({
      ...{ id, sources: [], question: `${id}?`, answer, detail: 'so it is', evidence: [] },
    });
    const asked = [
      ...(
        ['outcome', 'actor', 'instance-description', 'instance-owner', 'bucket-access', 'copies-shared'] as const
      ).map((id) => found(id, 'yes')),
      found('campaign', 'no'),
      found('downloaded', 'no'),
      found('instance-software', 'unknown'),
      found('ways-in-made', 'unknown'),
    ];
    const { known, unknown } = aMessage({ findings: asked, assessment: null }, aRequest(), 'full');
    expect(known.lines.map((line) => line.split('?')[0])).toEqual([
      'downloaded',
      'copies-shared',
      'bucket-access',
      'instance-owner',
      'instance-description',
      'outcome',
      'actor',
      'campaign',
    ]);
    expect(unknown.lines.map((line) => line.split('?')[0])).toEqual(['ways-in-made', 'instance-software']);
  });

  it('holds each action with target, calls, change, undo, and the digest of the plan', () => {
    const { actions, digest, quorum } = aMessage();
    const [cancel, keys] = actions;
    expect(cancel).toMatchObject({
      target: aRequest().plan.actions[0]!.target,
      place: `account ${ids.account}, ${ids.region}`,
      calls: 'ec2:CancelExportTask',
      reversible: false,
      undo: 'cannot be undone: the export is started again',
      mayBreak: ['whoever waits for this export'],
    });
    expect(cancel!.change.lines.map(({ mark, text }) => mark + text)).toEqual(['-active', '+cancelled']);
    expect(keys!.reversible).toBe(true);
    expect(digest).toBe(aRequest().digest);
    expect(quorum).toBe(2);
  });

  it('tells who handed it over to whom, among those who are asked and among the decisions', () => {
    const askedOf = [
      { group: 'everybody', people: ['alice', 'bob'], at: '2026-03-02T10:20:00Z' },
      { group: 'bob', people: ['bob'], at: '2026-03-02T10:30:00Z', by: 'alice' },
    ];
    const decisions = [aDecisionRecord({ decision: 'hand-over', to: 'bob', reason: 'his systems' })];
    const message = aMessage({ decisions }, aRequest({ askedOf }));
    expect(message.asked).toEqual(['everybody: alice, bob', 'bob: bob, handed over by alice']);
    expect(message.decisions).toEqual(['alice handed over to bob at 2026-03-02T10:20:00Z by slack: his systems']);
  });

  it('tells who has decided so far, not what was refused or belongs to another request', () => {
    const message = aMessage({
      decisions: [
        aDecisionRecord({ actions: ['cancel-export'] }),
        aDecisionRecord({ approver: 'mallory', answer: { result: 'refused', reason: 'is the actor' } }),
        aDecisionRecord({ requestId: 'recovery-2-0a1b2c3d' }),
      ],
    });
    expect(message.decisions).toEqual([
      'alice approved 1 of 2 actions at 2026-03-02T10:20:00Z by slack (cancel-export)',
    ]);
  });

  it('cuts long texts and lists and says so; the full one keeps more', () => {
    const findings = Array.from({ length: 20 }, (_, index) => ({
      id: `f${index}`,
      sources: [],
      question: `Question ${index}?`,
      answer: 'yes' as const,
      detail: 'x'.repeat(10_000),
      evidence: [],
    }));
    const short = aMessage({ findings });
    expect(short.known.lines).toHaveLength(6);
    expect(short.known.left).toBe(14);
    expect(short.known.lines[0]!.length).toBeLessThan(250);
    expect(short.known.lines[0]).toContain('characters)');
    expect(aMessage({ findings }, aRequest(), 'full').known).toMatchObject({ left: 0 });
  });

  it('has one line a text, whatever stands in the alert', () => {
    const hostile = 'x\n<!channel>\u202e\u0007';
    const message = aMessage({ alert: anAlert({ userAgent: hostile, bucket: hostile, instanceId: hostile }) });
    // eslint-disable-next-line no-control-regex -- these are what must not be there
    expect(JSON.stringify(message)).not.toMatch(/\\n|\\u202e|[\u0000-\u001f\u202e]/);
  });
});

describe('a shortened text', () => {
  it('is whole where it fits, and else says how long it was', () => {
    expect(shortened('abc', 3)).toBe('abc');
    expect(shortened('abcd', 3)).toBe('abc… (4 characters)');
    expect(shortened('🚀🚀🚀', 3)).toBe('🚀🚀🚀');
  });
});
