import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { evidenceNotify } from '../../../activities/evidence/notify.ts';
import { archiveSettings } from '../../../src/config/archive-settings.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { eventIndexKey } from '../../../src/domain/alert/event-index.ts';
import { archiveIndex } from '../../../src/intake/archive-index.ts';
import { archiveReader } from '../../../src/intake/archive-reader.ts';
import { anAlert } from '../../support/builders.ts';
import { leastConfig, parse } from '../config/configuration.ts';

const exampleFile = new URL('../../../config/soar.example.yaml', import.meta.url).pathname;
const day = 86_400_000;
const ago = (milliseconds: number) => new Date(Date.now() - milliseconds).toISOString();
const incident = { incidentKey: 'VMX-ABCDEFGHIJ', workflowId: 'ec2-vm-export/1', closedAt: '2026-03-02T11:00:00.000Z' };

let folder: string;
let lines: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'soar-index-'));
  lines = [];
});
afterEach(() => rm(folder, { recursive: true }));

/** A namespace that keeps closed workflows for so long; null: it cannot be asked. */
const namespaceKeeping = (milliseconds: number | null) => {
  const describeNamespace = vi.fn(() =>
    milliseconds === null
      ? Promise.reject(new Error('unavailable'))
      : Promise.resolve({ config: { workflowExecutionRetentionTtl: { seconds: milliseconds / 1000 } } }),
  );
  const client = {
    options: { namespace: 'soar' },
    withDeadline: (_: number, ask: () => unknown) => ask(),
    workflowService: { describeNamespace },
  };
  return { client: client as unknown as Client, describeNamespace };
};
const log = (line: string) => {
  lines.push(line);
};
const indexed = (...eventIds: string[]) => evidenceNotify({ folder }).indexEvents({ ...incident, eventIds });
const seen = (client: Client, read = archiveReader({ folder })) => archiveIndex(client, read, log);

describe("the archive's index", () => {
  it('knows the incident of an event that is older than the retention', async () => {
    expect(await indexed('old', 'older')).toEqual({ indexed: 2 });
    const seenBefore = seen(namespaceKeeping(day).client);
    expect(await seenBefore(anAlert({ eventId: 'old', time: ago(2 * day) }))).toEqual(incident);
    expect(await seenBefore(anAlert({ eventId: 'another', time: ago(2 * day) }))).toBeNull();
    expect(lines).toEqual([]);
  });

  it('is not asked about younger events, of which Temporal knows; the retention is read once', async () => {
    const { client, describeNamespace } = namespaceKeeping(30 * day);
    const read = vi.fn(() => Promise.resolve(null));
    const seenBefore = seen(client, read);
    await seenBefore(anAlert({ time: ago(29 * day) }));
    expect(read).not.toHaveBeenCalled();
    await seenBefore(anAlert({ time: ago(30 * day) }));
    expect(read).toHaveBeenCalledOnce();
    expect(describeNamespace).toHaveBeenCalledOnce();
  });

  it('is asked about every event while the retention cannot be read', async () => {
    await indexed('young');
    const { client, describeNamespace } = namespaceKeeping(null);
    const seenBefore = seen(client);
    expect(await seenBefore(anAlert({ eventId: 'young', time: ago(0) }))).toEqual(incident);
    await seenBefore(anAlert({ time: ago(0) }));
    expect(describeNamespace).toHaveBeenCalledTimes(2);
    expect(lines[0]).toContain('retention cannot be read');
  });

  it('that cannot be read knows nothing, and that is logged', async () => {
    const seenBefore = seen(namespaceKeeping(day).client, () => Promise.reject(new Error('timed out')));
    expect(await seenBefore(anAlert({ time: ago(2 * day) }))).toBeNull();
    expect(lines).toEqual([expect.stringContaining('timed out') as string]);
  });

  it('that S3 denies is logged once: an absent entry looks the same', async () => {
    const denied = Object.assign(new Error('denied'), { name: 'AccessDenied' });
    const seenBefore = seen(namespaceKeeping(day).client, () => Promise.reject(denied));
    for (let times = 0; times < 3; times++) expect(await seenBefore(anAlert({ time: ago(2 * day) }))).toBeNull();
    expect(lines).toHaveLength(1);
  });

  it.each(['', '{}', '[1]', '{"incidentKey":1,"workflowId":{},"closedAt":null}', 'no JSON'])(
    'takes nothing from an entry that is none: %s',
    async (content) => {
      const seenBefore = seen(namespaceKeeping(day).client, () => Promise.resolve(content));
      expect(await seenBefore(anAlert({ time: ago(2 * day) }))).toBeNull();
    },
  );
});

describe('an entry of the index', () => {
  it('is one small file for each event, whose name its id cannot choose', async () => {
    await indexed('../../../etc/passwd', 'b');
    const names = await readdir(join(folder, 'index', 'events'));
    expect(names).toHaveLength(2);
    for (const name of names) expect(name).toMatch(/^[0-9a-f]{40}\.json$/);
    expect(await readFile(join(folder, eventIndexKey('b')), 'utf8')).toBe(
      '{"closedAt":"2026-03-02T11:00:00.000Z","incidentKey":"VMX-ABCDEFGHIJ","workflowId":"ec2-vm-export/1"}',
    );
  });

  it('stays as it was written first', async () => {
    await indexed('old');
    await evidenceNotify({ folder }).indexEvents({ ...incident, incidentKey: 'VMX-ZZZZZZZZZZ', eventIds: ['old'] });
    const seenBefore = seen(namespaceKeeping(day).client);
    expect(await seenBefore(anAlert({ eventId: 'old', time: ago(2 * day) }))).toEqual(incident);
  });

  it('is made for all of many events', async () => {
    const many = Array.from({ length: 200 }, (_, number) => `event-${number}`);
    expect(await indexed(...many)).toEqual({ indexed: 200 });
    expect(await readdir(join(folder, 'index', 'events'))).toHaveLength(200);
  });
});

describe('where the intake reads it', () => {
  it('is the folder, or the bucket under a role of its own, or nowhere', async () => {
    expect(archiveSettings(parse(leastConfig()))).toEqual({ folder: expect.stringContaining('evidence') as string });
    const example = await loadConfig(exampleFile);
    expect(archiveSettings(example)).toMatchObject({
      bucket: 'acme-incident-evidence',
      profile: 'soar-intake',
      readRole: 'arn:aws:iam::222222222222:role/soar-evidence-index',
    });
    const bucket = { bucket: 'acme-incident-evidence', region: 'eu-west-1' };
    expect(archiveSettings(parse({ ...leastConfig(), evidence: bucket }))).toBeNull();
  });
});
