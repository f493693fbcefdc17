import { describe, expect, it } from 'vitest';
import { agentFamily, countedWords, TrailTally } from '../../../../src/domain/findings/trail-summary.ts';
import { aTrailEvent } from '../../../support/builders.ts';

describe('a trail in figures', () => {
  it('counts what was called, from where and how it ended', () => {
    const tally = new TrailTally();
    tally.add(aTrailEvent({ time: '2026-03-02T09:00:00Z', userAgent: 'aws-cli/2.1 linux' }));
    tally.add(
      aTrailEvent({
        time: '2026-03-02T08:00:00Z',
        eventName: 'CreateUser',
        eventSource: 'iam.amazonaws.com',
        region: 'us-east-1',
        readOnly: false,
        errorCode: 'AccessDenied',
        sourceAddress: '203.0.113.9',
      }),
    );
    expect(tally.summary()).toEqual({
      first: '2026-03-02T08:00:00Z',
      last: '2026-03-02T09:00:00Z',
      reads: 1,
      writes: 1,
      refused: 1,
      services: { counts: { 'ec2.amazonaws.com': 1, 'iam.amazonaws.com': 1 }, others: 0 },
      regions: { counts: { 'eu-west-1': 1, 'us-east-1': 1 }, others: 0 },
      errors: { counts: { 'AccessDenied of CreateUser': 1 }, others: 0 },
      agents: { counts: { 'aws-cli on linux': 1 }, others: 0 },
      addresses: [
        { address: '203.0.113.9', calls: 1, first: '2026-03-02T08:00:00Z', last: '2026-03-02T08:00:00Z' },
        { address: '198.51.100.7', calls: 1, first: '2026-03-02T09:00:00Z', last: '2026-03-02T09:00:00Z' },
      ],
      otherAddresses: 0,
    });
  });

  it('keeps the most frequent values and counts the others, whoever makes them up', () => {
    const tally = new TrailTally();
    for (let n = 0; n < 150; n++) tally.add(aTrailEvent({ userAgent: `tool${n}/1`, sourceAddress: `10.0.0.${n}` }));
    tally.add(aTrailEvent({ userAgent: 'tool149/2', sourceAddress: '10.0.0.149' }));
    const { agents, addresses, otherAddresses } = tally.summary();
    expect([Object.keys(agents.counts).length, agents.others, Object.keys(agents.counts)[0]]).toEqual([
      100,
      50,
      'tool149',
    ]);
    expect([addresses.length, otherAddresses, addresses[0]?.calls]).toEqual([100, 50, 2]);
  });

  it.each([
    ['aws-cli/2.17.0 md/awscrt#0.19 ua/2.0 os/linux#6.5 md/arch#x86_64', 'aws-cli on linux'],
    ['aws-cli/2.18.1 md/awscrt#0.20 ua/2.0 os/linux#6.8 md/arch#x86_64', 'aws-cli on linux'],
    ['aws-cli/2.17.0 Python/3.11 Linux/6.1.0-kali5-amd64', 'aws-cli on kali'],
    ['[Boto3/1.34 Python/3.9 Windows/10]', 'Boto3 on windows'],
    ['console.amazonaws.com', 'console.amazonaws.com'],
    ['', 'none'],
  ])('names the program without versions: %s', (userAgent, family) => {
    expect(agentFamily(userAgent)).toBe(family);
  });

  it('cuts what somebody made long', () => {
    expect(agentFamily('x'.repeat(5_000))).toHaveLength(60);
  });

  it('names the most frequent first', () => {
    expect(countedWords({ counts: { a: 1, b: 3, c: 2 }, others: 4 }, 2)).toBe('b (3), c (2), 5 more');
  });
});
