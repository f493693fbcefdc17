import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateQueueCommand, GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Connection, Client } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { loadConfig, type SoarConfig } from '../../src/config/load-config.ts';
import { deadLetterFolder } from '../../src/intake/dead-letters.ts';
import { FORENSICS, startAwsLab, VICTIM, type AwsLab } from '../../src/lab/aws/aws-lab.ts';
import { createUser, labClients } from './support/scene.ts';
import { useAwsFiles } from '../../src/lab/lab-config.ts';
import { useDevEnv } from '../support/dev-env.ts';
import { eventually } from '../support/eventually.ts';
import { fixture } from '../support/fixtures.ts';
import { shared } from '../support/shared.ts';
import { WorkerProcess } from '../support/worker-process.ts';
import { leastConfig } from '../unit/config/configuration.ts';
import { pollQuickly, type Polling } from './queue-polling.ts';

/** The queue, its messages and log files are the lab's, and our user may do what SECURITY.md says and nothing else. */
const env = useDevEnv();
const region = 'eu-west-1';
const bucket = 'acme-trail-logs';
const record = fixture('cloudtrail/create-instance-export-task-success');
let events = 0;

/** A record about an export task of its own. */
function anExport(task: string): Record<string, unknown> {
  const eventID = `event-of-the-queue-${++events}`;
  return { ...record, eventID, responseElements: { exportTask: { exportTaskId: task } } };
}
const idOf = (task: string) => `ec2-vm-export/111111111111/eu-west-1/${task}`;
const incidents = async (task: string): Promise<string[]> => {
  const found = [];
  for await (const run of env().client.workflow.list({ query: `WorkflowId STARTS_WITH '${idOf(task)}'` })) {
    found.push(run.workflowId);
  }
  return found;
};
const eventsIn = async (task: string): Promise<number> => {
  const { events: history } = await env().client.workflow.getHandle(idOf(task)).fetchHistory();
  return (history ?? []).filter((one) => one.workflowExecutionSignaledEventAttributes).length + 1;
};

interface Place {
  lab: AwsLab;
  sqs: SQSClient;
  folder: string;
  stop: () => Promise<void>;
}
const place = shared(startPlace, (made) => made.stop());

async function startPlace(): Promise<Place> {
  const lab = await startAwsLab();
  const folder = await mkdtemp(join(tmpdir(), 'soar-queue-'));
  await labClients(lab, lab.root(VICTIM), region).s3.send(
    new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: region } }),
  );
  const allow = (actions: string[], resource: string) => ({ Effect: 'Allow', Action: actions, Resource: resource });
  const keys = await createUser(
    lab,
    VICTIM,
    'soar-detect',
    allow(
      ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'],
      `arn:aws:sqs:${region}:${VICTIM}:*`,
    ),
    allow(['s3:GetObject'], `arn:aws:s3:::${bucket}/*`),
  );
  const files = { awsCredentials: join(folder, 'credentials'), awsConfig: join(folder, 'config') };
  const profile = `[soar-detect]\naws_access_key_id = ${keys.accessKeyId}\naws_secret_access_key = ${keys.secretAccessKey}\n`;
  await writeFile(files.awsCredentials, profile);
  await writeFile(files.awsConfig, '');
  const restore = useAwsFiles(files);
  return {
    lab,
    sqs: new SQSClient({ endpoint: lab.endpoint, region, credentials: lab.root(VICTIM) }),
    folder,
    stop: async () => {
      restore();
      await rm(folder, { recursive: true });
      await lab.stop();
    },
  };
}

let config: SoarConfig;
let queueUrl: string;
const send = (body: unknown) =>
  place().sqs.send(
    new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: typeof body === 'string' ? body : JSON.stringify(body) }),
  );
/** Messages of the queue, handed out or not. */
async function left(): Promise<number> {
  const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const { Attributes = {} } = await place().sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...AttributeNames] }),
  );
  return AttributeNames.reduce((sum, name) => sum + Number(Attributes[name]), 0);
}

beforeAll(() => {
  vi.stubEnv('TEST_SOAR_TOKEN', 'the-token-of-the-detector');
  vi.stubEnv('TEST_SOAR_CORRELATION', 'the key of correlation');
  vi.stubEnv('TEST_SOAR_SIGNING', 'a'.repeat(64));
  vi.stubEnv('TEST_SOAR_CODES', 'the secret of codes');
});
afterAll(() => vi.unstubAllEnvs());

let queues = 0;
beforeEach(async () => {
  const { lab, sqs, folder } = place();
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: `alerts-${++queues}` }));
  // The emulator names itself; calls straight to it are no lab's.
  queueUrl = new URL(new URL(QueueUrl).pathname, lab.endpoint).href;
  const contents = leastConfig();
  const file = join(folder, `soar-${queues}.yaml`);
  const intake = {
    ...contents.intake,
    deadLetters: `./letters-${queues}`,
    queues: [{ url: queueUrl, region, logBuckets: [bucket] }],
  };
  const aws = { endpoint: lab.endpoint, forcePathStyle: true, profiles: { detect: 'soar-detect' } };
  await writeFile(file, stringify({ ...contents, aws, intake }));
  config = await loadConfig(file);
});

let polling: Polling | undefined;
afterEach(async () => {
  await polling?.stop();
  polling = undefined;
});
function poll(client: Client = env().client): string[] {
  polling = pollQuickly(config, client);
  return polling.lines;
}
const emptied = () => eventually(async () => expect(await left()).toBe(0));
const letters = () => deadLetterFolder(config.intake).list();

describe('a message in the queue', () => {
  test('becomes an incident, and is deleted', async () => {
    await send({ ...fixture('cloudtrail/eventbridge-create-instance-export-task'), detail: anExport('export-i-q1') });
    const lines = poll();
    await emptied();
    expect(await incidents('export-i-q1')).toEqual([idOf('export-i-q1')]);
    await eventually(() => expect(lines.join()).toContain('1 message(s) taken: 1 opened'));
    expect(await letters()).toEqual([]);
    // As on AWS, a trail tells of these calls only where data events are asked for.
    const [deletion] = await place().lab.control.trail({ eventName: 'DeleteMessage' });
    expect(deletion).toMatchObject({ managementEvent: false, userIdentity: { userName: 'soar-detect' } });
  });

  test('that nobody can read is kept as a dead letter, and deleted; others are taken', async () => {
    await send('{"Records": [');
    await send(anExport('export-i-q2'));
    poll();
    await emptied();
    const kept = await letters();
    expect(kept).toMatchObject([{ door: 'sqs' }]);
    expect((await deadLetterFolder(config.intake).read(kept[0]!.id)).toString()).toBe('{"Records": [');
    expect(await incidents('export-i-q2')).toHaveLength(1);
  });

  test('about an event that no playbook handles is deleted, and nothing is kept', async () => {
    await send({ ...anExport('export-i-q3'), eventName: 'RunInstances' });
    const lines = poll();
    await emptied();
    await eventually(() => expect(lines.join()).toContain('1 of other events, 0 dead letter(s)'));
    expect(await incidents('export-i-q3')).toEqual([]);
    expect(await letters()).toEqual([]);
  });
});

describe('a notice of a log file', () => {
  const key = 'AWSLogs/111111111111/CloudTrail/eu-west-1/2026/03/02/111111111111_CloudTrail_eu-west-1_x.json.gz';
  const noticeOf = (name: string) => ({
    Type: 'Notification',
    Message: JSON.stringify({
      Records: [{ eventSource: 'aws:s3', eventName: 'ObjectCreated:Put', s3: { bucket: { name }, object: { key } } }],
    }),
  });
  const put = (account: string, name: string, records: unknown[]) =>
    labClients(place().lab, place().lab.root(account), region).s3.send(
      new PutObjectCommand({ Bucket: name, Key: key, Body: gzipSync(JSON.stringify({ Records: records })) }),
    );

  test('has the events of a playbook in it become incidents, and the others counted', async () => {
    const others = Array.from({ length: 200 }, () => ({
      ...anExport('export-i-none'),
      eventName: 'DescribeInstances',
    }));
    await put(VICTIM, bucket, [...others, anExport('export-i-q4'), anExport('export-i-q5')]);
    await send(noticeOf(bucket));
    const lines = poll();
    await emptied();
    expect(await incidents('export-i-q4')).toHaveLength(1);
    expect(await incidents('export-i-q5')).toHaveLength(1);
    await eventually(() => expect(lines.join()).toContain('2 opened, 0 attached, 0 known before, 200 of other events'));
    expect(await letters()).toEqual([]);
  });

  test('in a bucket that is not listed fetches nothing', async () => {
    await send(noticeOf('somebody-elses'));
    const lines = poll();
    await emptied();
    expect(await letters()).toHaveLength(1);
    await eventually(() => expect(lines.join()).toContain("not in the queue's logBuckets"));
    const reads = await place().lab.control.trail({ eventName: 'GetObject' });
    expect(reads.filter(({ requestParameters }) => requestParameters?.['bucketName'] === 'somebody-elses')).toEqual([]);
  });
});

test('while Temporal is away nothing is deleted; afterwards it is taken', async () => {
  const temporal = await severable(env().address);
  const connection = await Connection.connect({ address: temporal.address });
  const client = new Client({ connection });
  try {
    await temporal.cut();
    await send(anExport('export-i-q6'));
    const lines = poll(client);
    await eventually(() => expect(lines.join()).toContain('Temporal does not take alerts'));
    expect(await left()).toBe(1);
    expect(await incidents('export-i-q6')).toEqual([]);

    await temporal.restore();
    await emptied();
    expect(await incidents('export-i-q6')).toHaveLength(1);
    await eventually(() => expect(lines.join()).toContain('Temporal takes alerts again'));
    expect(lines.filter((line) => line.includes('does not take'))).toHaveLength(1);
  } finally {
    await polling?.stop();
    await connection.close();
    await temporal.cut();
  }
});

test('the detect worker polls the queues of its configuration, and ends when it is told to', async () => {
  await send(anExport('export-i-q7'));
  const temporal = { address: env().address, namespace: 'default' };
  const worker = await WorkerProcess.start({ files: { config: config.file }, temporal }, 'detect');
  try {
    await emptied();
  } finally {
    await worker.stop();
  }
  expect(await incidents('export-i-q7')).toHaveLength(1);
});

test('killed between incident and deletion: the message comes again and opens nothing twice', async () => {
  const { control } = place().lab;
  await control.fault({ kind: 'reset', service: 'sqs', operation: 'DeleteMessage', times: 1000 });
  await send(anExport('export-i-q8'));
  const doomed = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', pollFor], {
    env: { ...process.env, TEST_CONFIG: config.file, TEMPORAL_ADDRESS: env().address },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const triesToDelete = async () => expect(await control.firedFaults()).not.toEqual([]);
  await eventually(triesToDelete, { interval: 50 });
  doomed.kill('SIGKILL');
  await once(doomed, 'exit');
  expect(await incidents('export-i-q8')).toHaveLength(1);
  expect(await left()).toBe(1);

  await control.clearFaults();
  poll();
  await emptied();
  expect(await incidents('export-i-q8')).toEqual([idOf('export-i-q8')]);
  // The same event at least once more: its incident runs, so it was attached there.
  expect(await eventsIn('export-i-q8')).toBeGreaterThan(1);
});

test('a role that may not receive is said with what to do, and the door goes on', async () => {
  const { lab, folder } = place();
  const keys = await createUser(lab, FORENSICS, 'nobody');
  const file = join(folder, 'nobody');
  await writeFile(
    file,
    `[soar-detect]\naws_access_key_id = ${keys.accessKeyId}\naws_secret_access_key = ${keys.secretAccessKey}\n`,
  );
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', file);
  const lines = poll();
  await eventually(() => expect(lines).toHaveLength(1));
  expect(lines[0]).toMatch(
    /receiving from queue alerts-\d+: sqs:ReceiveMessage is refused to .* \(AccessDenied.*check that the role of this worker/,
  );
});

const at = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
const pollFor = `
  const { loadConfig } = await import(${at('../../src/config/load-config.ts')});
  const { connectTemporal } = await import(${at('../../src/temporal/connect.ts')});
  const { pollQuickly } = await import(${at('queue-polling.ts')});
  pollQuickly(await loadConfig(process.env.TEST_CONFIG), (await connectTemporal()).client, 3);
`;

/** The way to a server, which can be cut and restored. */
async function severable(address: string) {
  const [host = '', port = '0'] = address.split(':');
  const sockets = new Set<Socket>();
  const server = createServer((incoming) => {
    const outgoing = connect(Number(port), host);
    for (const socket of [incoming, outgoing]) {
      sockets.add(socket);
      socket.on('error', () => {}).on('close', () => [incoming, outgoing].forEach((one) => one.destroy()));
    }
    incoming.pipe(outgoing).pipe(incoming);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const own = (server.address() as AddressInfo).port;
  return {
    address: `127.0.0.1:${own}`,
    cut: async () => {
      const closed = server.listening ? once(server, 'close') : undefined;
      server.close(() => {});
      sockets.forEach((socket) => socket.destroy());
      await closed;
    },
    restore: async () => {
      server.listen(own, '127.0.0.1');
      await once(server, 'listening');
    },
  };
}
