import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AwsSettings } from '../../activities/aws/clients.ts';
import type { CloudTrailObserve } from '../../activities/cloudtrail/contract.ts';
import { newForActor } from '../../src/domain/findings/new-for-actor.ts';
import { region } from '../../src/lab/clients.ts';
import type { TrailRecord } from '../../src/lab/aws/trail-record.ts';
import { aCaseFile, anAlert, anIamUser } from '../support/builders.ts';
import { named, sharedWorld } from './activities-world.ts';
import type { TrailReading } from './support/trail-reader.ts';

const world = sharedWorld();
const run = promisify(execFile);
const MiB = 1024 ** 2;
const calls = 10_000;

/** Calls of a busy key, one every eight seconds until now; in the middle of them it makes itself another key. */
function busyDay(accountId: string, user: string, accessKeyId: string): TrailRecord[] {
  const end = Date.now();
  const reads = ['DescribeInstances', 'DescribeVolumes', 'DescribeImages', 'DescribeSnapshots', 'DescribeExportTasks'];
  return Array.from({ length: calls }, (_, n): TrailRecord => {
    const makesKey = n === calls / 2;
    const isWrite = n % 50 === 0;
    const eventName = makesKey ? 'CreateAccessKey' : isWrite ? 'RunInstances' : (reads[n % reads.length] ?? '');
    return {
      eventVersion: '1.11',
      userIdentity: {
        type: 'IAMUser',
        principalId: 'AIDAEXAMPLEMALLORY',
        arn: `arn:aws:iam::${accountId}:user/${user}`,
        accountId,
        userName: user,
        accessKeyId,
      },
      eventTime: new Date(end - (calls - n) * 8_000).toISOString().replace(/\.\d+/, ''),
      eventSource: makesKey ? 'iam.amazonaws.com' : 'ec2.amazonaws.com',
      eventName,
      awsRegion: makesKey ? 'us-east-1' : region,
      sourceIPAddress: `198.51.100.${n % 40}`,
      userAgent: `aws-cli/2.17.${n % 30} md/awscrt#0.19 ua/2.0 os/linux#6.5 md/arch#x86_64 ${'x'.repeat(300)}`,
      ...(n % 97 === 0 ? { errorCode: 'Client.UnauthorizedOperation', errorMessage: 'not authorized' } : {}),
      requestParameters: { instancesSet: { items: [{ instanceId: 'i-0123456789abcdef0' }] } },
      responseElements: makesKey ? { accessKey: { userName: user, accessKeyId: 'AKIAMADEBYTHEACTOR00' } } : null,
      requestID: `request-${n}`,
      eventID: `busy-${n}`,
      readOnly: !makesKey && !isWrite,
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: accountId,
      eventCategory: 'Management',
      tlsDetails: {},
    };
  });
}

interface Kept {
  answers: { answer: { Events: { EventId: string }[] } }[];
}

describe('ten thousand calls of one key', () => {
  const user = named('busy');
  const accessKeyId = 'AKIABUSYBUSYBUSYBUSY';
  let reading: TrailReading;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'soar-busy-key-'));
    const { lab, foundation } = world();
    const { victim, roles, externalId } = foundation;
    await lab.control.rememberCalls(busyDay(victim.id, user, accessKeyId));
    const aws: AwsSettings = {
      purpose: 'observe',
      endpoint: lab.endpoint,
      forcePathStyle: true,
      externalId,
      profile: 'soar-observe',
      accounts: [{ id: victim.id, roles: roles.victim }],
    };
    const window = {
      accountId: victim.id,
      region,
      from: new Date(Date.now() - 86_400_000).toISOString(),
      to: new Date().toISOString(),
    };
    const byName = { name: 'Username' as const, value: user };
    // As the playbook asks: by key, by name, and for the time before, which here is all of it.
    const questions: Parameters<CloudTrailObserve['lookupTrail']>[0][] = [
      { ...window, attribute: { name: 'AccessKeyId', value: 'AKIANOBODY' }, keep: 1 },
      { ...window, attribute: { name: 'AccessKeyId', value: accessKeyId }, keep: 200, pages: 200, summarise: true },
      { ...window, attribute: byName, keep: 50 },
      { ...window, attribute: byName, keep: 0, summarise: true },
    ];
    const script = fileURLToPath(new URL('support/trail-reader.ts', import.meta.url));
    const args = [script, JSON.stringify(aws), folder, JSON.stringify(questions)];
    const { stdout } = await run(process.execPath, args, { maxBuffer: 64 * MiB });
    reading = JSON.parse(stdout) as TrailReading;
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('are all counted, and the one that matters is kept', () => {
    const [byKey] = reading.answers;
    expect(byKey).toMatchObject({ total: calls, truncated: false, gaps: [] });
    expect(byKey?.summary).toMatchObject({ reads: calls - calls / 50, otherAddresses: 0 });
    expect(byKey?.events).toHaveLength(200);
    const made = reading.answers.map(({ events }) => events.find(({ wayIn }) => wayIn)?.wayIn?.accessKeyId);
    expect(made.slice(0, 1)).toEqual(['AKIAMADEBYTHEACTOR00']);
  });

  it('add less than 200 KB to the history of an incident', () => {
    expect(reading.payload).toBeLessThan(200_000);
  });

  it('are all kept as evidence', async () => {
    const [reference] = reading.answers[0]?.evidence ?? [];
    const kept = JSON.parse(await readFile(fileURLToPath(reference?.uri ?? ''), 'utf8')) as Kept;
    const events = kept.answers.flatMap(({ answer }) => answer.Events.map(({ EventId }) => EventId));
    expect([events.length, new Set(events).size]).toEqual([calls, calls]);
    expect(reading.answers.map(({ evidence }) => evidence?.length)).toEqual([1, 1, 1]);
  });

  it('take less than a minute beside the pace that CloudTrail sets', () => {
    expect(reading.took).toBeLessThan(60_000);
  });

  it('take less than 150 MB of a worker, with the evidence of all questions at once', () => {
    expect((reading.memory.most - reading.memory.before) / MiB).toBeLessThan(150);
  });

  it('leave unknown what lies before the part of the history that was read', () => {
    const [, , history] = reading.answers;
    expect(history).toMatchObject({ truncated: true, events: [] });
    const alert = anAlert({ principal: anIamUser({ name: user }), sourceAddress: '203.0.113.9' });
    const file = { ...aCaseFile({ alert }), principal: null, bucketTrail: null, lineage: null, history: history! };
    expect(newForActor(file)).toMatchObject({
      answer: 'unknown',
      detail: expect.stringMatching(/address 203\.0\.113\.9.*what lies before is not known/) as unknown,
    });
  });
});
