import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { describe, expect, it, vi } from 'vitest';
import { earlierIncidents, type ReadIndex } from '../../../../activities/correlation/earlier-incidents.ts';
import { eventIndexKey } from '../../../../src/domain/alert/event-index.ts';

const at = '2026-02-02T10:00:00.000Z';
const exports = [{ eventId: 'before', time: '2026-02-01T03:00:00Z', workflowId: 'by-subject' }];
const entry = { incidentKey: 'VMX-ABCDEFGHIJ', workflowId: 'indexed', closedAt: at };
const ended = { severity: 'low', verdict: 'authorised' };

vi.mock('../../../../src/temporal/listing.ts', () => ({ listing: ({ workflow }: Client) => workflow }));

/** A Temporal that has these workflows. */
function temporal(workflows: Record<string, { status: string; severity?: string; verdict?: string }>) {
  const getHandle = vi.fn((workflowId: string) => ({
    describe: () => {
      const run = workflows[workflowId];
      if (!run) return Promise.reject(new WorkflowNotFoundError('not found', workflowId, undefined));
      const attributes: Record<string, string | undefined> = {
        IncidentSeverity: run.severity,
        IncidentVerdict: run.verdict,
      };
      return Promise.resolve({
        status: { name: run.status },
        ...(run.status === 'RUNNING' ? {} : { closeTime: new Date(at) }),
        typedSearchAttributes: { get: ({ name }: { name: string }) => attributes[name] },
      });
    },
  }));
  const client = { withDeadline: (_: number, ask: () => unknown) => ask(), workflow: { getHandle } };
  return { client: client as unknown as Client, getHandle };
}
const index =
  (content: unknown): ReadIndex =>
  (key) =>
    Promise.resolve(key === eventIndexKey('before') ? JSON.stringify(content) : null);
const none: ReadIndex = () => Promise.resolve(null);
const reference = { uri: 'memory:e', sha256: 'e', size: 1 };
const ask = (client: Client, readIndex: ReadIndex | null, keep = () => Promise.resolve(reference)) =>
  earlierIncidents({ client, readIndex, keep }, { incidentKey: 'VMX-NOW', exports });

describe('an earlier incident', () => {
  it('is told as the archive has it, whatever runs under its id now', async () => {
    const { client, getHandle } = temporal({ indexed: { status: 'RUNNING', severity: 'high' } });
    expect(await ask(client, index({ ...entry, ...ended }))).toEqual({
      incidents: [{ eventId: 'before', workflowId: 'indexed', state: 'closed', closedAt: at, ...ended }],
      gaps: [],
      evidence: [reference],
    });
    expect(getHandle).not.toHaveBeenCalled();
  });

  it('of an entry without its end is looked up in Temporal, and closed all the same where that has forgotten it', async () => {
    const known = await ask(temporal({ indexed: { status: 'COMPLETED', ...ended } }).client, index(entry));
    expect(known.incidents).toMatchObject([{ workflowId: 'indexed', ...ended }]);
    const { incidents } = await ask(temporal({}).client, index({ ...entry, severity: 'worst' }));
    expect(incidents).toEqual([{ eventId: 'before', workflowId: 'indexed', state: 'closed', closedAt: at }]);
  });

  it.each([
    ['RUNNING', 'open'],
    ['COMPLETED', 'closed'],
    ['TERMINATED', 'broken off'],
  ])('that is %s and not in the index is %s, as Temporal says', async (status, state) => {
    const { client } = temporal({ 'by-subject': { status, severity: 'high', verdict: 'a verdict of somebody' } });
    const { incidents } = await ask(client, none);
    expect(incidents).toEqual([
      {
        ...{ eventId: 'before', workflowId: 'by-subject', state, severity: 'high' },
        ...(status === 'RUNNING' ? {} : { closedAt: at }),
      },
    ]);
  });

  it('is none where neither knows one', async () => {
    expect(await ask(temporal({}).client, none)).toEqual({ incidents: [], gaps: [], evidence: [reference] });
  });

  it('is not made of an entry that is none', async () => {
    for (const bad of [{ ...entry, closedAt: 'then' }, { ...entry, workflowId: 'w'.repeat(1_001) }, 'no entry']) {
      expect((await ask(temporal({}).client, index(bad))).incidents).toEqual([]);
    }
  });
});

describe('an index of earlier incidents', () => {
  it('that is not configured or cannot be read is a gap, and hides no incident that Temporal knows', async () => {
    const { client } = temporal({ 'by-subject': { status: 'COMPLETED', ...ended } });
    const denied = Object.assign(new Error('somebody else’s words'), { name: 'AccessDenied' });
    for (const [readIndex, why] of [
      [null, /^not configured: evidence.readRole is not set$/],
      [() => Promise.reject(denied), /^AccessDenied, which S3 says of an entry that does not exist, too/],
    ] as const) {
      const { incidents, gaps } = await ask(client, readIndex);
      expect(incidents).toHaveLength(1);
      expect(gaps).toEqual([{ what: "the archive's index of events", why: expect.stringMatching(why) as string }]);
    }
  });

  it('and a Temporal that does not answer fail the attempt: none is made up', async () => {
    const client = {
      withDeadline: () => Promise.reject(new Error('unavailable')),
      workflow: { getHandle: () => ({}) },
    } as unknown as Client;
    await expect(ask(client, none)).rejects.toThrow('unavailable');
  });

  it('answers without evidence where the store fails, and says so', async () => {
    const answer = await ask(temporal({}).client, none, () => Promise.reject(new TypeError('full')));
    expect(answer).toEqual({ incidents: [], gaps: [], notKept: 'TypeError' });
  });
});
