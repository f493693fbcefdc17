import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateQueueCommand, GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import type { IncidentView } from '../../../src/domain/incident.ts';
import { startAwsLab, VICTIM } from '../../../src/lab/aws/aws-lab.ts';
import { useAwsFiles } from '../../../src/lab/lab-config.ts';
import { freePorts } from '../../../src/temporal/free-port.ts';
import { timed } from '../../../bench/in-flight.ts';
import { incidentQuery } from '../../../workflows/messages.ts';
import { gateway } from '../../support/deciding.ts';
import { useDevEnv } from '../../support/dev-env.ts';
import { eventually } from '../../support/eventually.ts';
import { shared } from '../../support/shared.ts';
import { soar } from '../../unit/cli/a-terminal.ts';
import { leastConfig } from '../../unit/config/configuration.ts';
import { aCertificate, signedBy } from '../../unit/intake/a-certificate.ts';
import { eventBridgeEvent, kibanaAlert, stormOfAlerts, type Sending } from './alerts.ts';
import { MortalProcess } from './processes.ts';

/** P1: a thousand alerts through all doors at once, while the processes that take them in are killed again and again. */
const env = useDevEnv();
const token = 'the-token-of-the-detector';
const apiKey = 'the-key-of-the-api-destination';
const topic = 'arn:aws:sns:eu-west-1:111111111111:export-alerts';
const { pem, privateKey } = aCertificate();
const alerts = stormOfAlerts();

const place = shared(startPlace, (made) => made.stop());
beforeAll(() => {
  vi.stubEnv('TEMPORAL_ADDRESS', env().address);
  vi.stubEnv('TEST_SOAR_TOKEN', token);
  vi.stubEnv('TEST_SOAR_APIKEY', apiKey);
  vi.stubEnv('TEST_SOAR_CORRELATION', 'the key of correlation');
  vi.stubEnv('TEST_SOAR_SIGNING', gateway.secretKey);
  vi.stubEnv('TEST_SOAR_CODES', gateway.codeSecret);
});
afterAll(() => vi.unstubAllEnvs());

async function startPlace() {
  const lab = await startAwsLab();
  const folder = await mkdtemp(join(tmpdir(), 'soar-storm-'));
  const keys = lab.root(VICTIM);
  const files = { awsCredentials: join(folder, 'credentials'), awsConfig: join(folder, 'aws-config') };
  const profile = `[default]\naws_access_key_id = ${keys.accessKeyId}\naws_secret_access_key = ${keys.secretAccessKey}\n`;
  await writeFile(files.awsCredentials, profile);
  await writeFile(files.awsConfig, '');
  const restore = useAwsFiles(files);
  const sqs = new SQSClient({ endpoint: lab.endpoint, region: 'eu-west-1', credentials: keys });
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'alerts' }));
  const queueUrl = new URL(new URL(QueueUrl).pathname, lab.endpoint).href;

  const [port = 0] = await freePorts(1);
  const contents = leastConfig();
  const config = join(folder, 'soar.yaml');
  const certificate = join(folder, 'certificate.pem');
  await writeFile(certificate, pem);
  await writeFile(
    config,
    stringify({
      ...contents,
      aws: { endpoint: lab.endpoint, forcePathStyle: true },
      intake: {
        ...contents.intake,
        port,
        requestsPerMinute: 100_000,
        incidentsPerMinute: 100_000,
        eventbridge: { apiKeys: ['env:TEST_SOAR_APIKEY'] },
        sns: { topics: [topic] },
        queues: [{ url: queueUrl, region: 'eu-west-1' }],
      },
      gateway: { ...contents.gateway, keyId: gateway.keyId },
      approvals: { ...contents.approvals, gatewayKeys: { [gateway.keyId]: gateway.publicKey } },
    }),
  );
  return {
    config,
    certificate,
    folder,
    url: `http://127.0.0.1:${port}`,
    sqs,
    queueUrl,
    stop: async () => {
      restore();
      await rm(folder, { recursive: true });
      await lab.stop();
    },
  };
}

/** As a sender does that was promised nothing: until the answer is 202. */
async function post(path: string, headers: Record<string, string>, body: unknown): Promise<void> {
  for (;;) {
    const response = await fetch(new URL(path, place().url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    }).catch(() => null); // killed under the request
    if (response?.status === 202) return;
    if (response && response.status < 500)
      throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** One message of SNS has one id, however often it is delivered. */
const snsMessage = (record: object) =>
  signedBy(privateKey, {
    Type: 'Notification',
    MessageId: randomUUID(),
    TopicArn: topic,
    Message: JSON.stringify(eventBridgeEvent({ ...record })),
    Timestamp: new Date().toISOString(),
    SignatureVersion: '2',
    Signature: '',
    SigningCertURL: 'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123.pem',
  });

function send({ door, record }: Sending): Promise<unknown> {
  switch (door) {
    case 'elastic':
      return post('/alerts/elastic', { authorization: `Bearer ${token}` }, { alerts: [kibanaAlert(record)] });
    case 'eventbridge':
      return post('/alerts/eventbridge', { 'x-api-key': apiKey }, eventBridgeEvent(record));
    case 'sns':
      return post('/alerts/sns', { 'content-type': 'text/plain; charset=UTF-8' }, snsMessage(record));
    case 'sqs':
      return place().sqs.send(
        new SendMessageCommand({
          QueueUrl: place().queueUrl,
          MessageBody: JSON.stringify(eventBridgeEvent(record)),
        }),
      );
    case 'file':
      return Promise.resolve();
  }
}

/** What goes by file, in one log file. */
async function submitFile(): Promise<void> {
  const file = join(place().folder, 'log.json');
  const records = alerts.filter(({ door }) => door === 'file').map(({ record }) => record);
  await writeFile(file, JSON.stringify({ Records: records }));
  const { code, err } = await soar(['alert', 'submit', file, '-c', place().config]);
  if (code !== 0) throw new Error(err);
}

async function queueIsEmpty(): Promise<boolean> {
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const { Attributes = {} } = await place().sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: place().queueUrl, AttributeNames: [...names] }),
  );
  return names.every((name) => Attributes[name] === '0');
}

async function allIncidents(): Promise<IncidentView[]> {
  const views: IncidentView[] = [];
  for await (const { workflowId } of env().client.workflow.list({ query: `WorkflowType = 'ec2VmExport'` })) {
    views.push(await env().client.workflow.getHandle(workflowId).query(incidentQuery));
  }
  return views;
}

const grouped = <T>(items: T[], key: (item: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
};
/** Which event came by which door, once each, in an order that does not matter. */
const ways = (items: { door: string; eventId: string }[]): string =>
  [...new Set(items.map(({ door, eventId }) => `${eventId} by ${door}`))].sort().join('\n');

describe('a storm of alerts through every door', () => {
  it('becomes exactly the incidents that it is about, each with all its arrivals, whoever is killed meanwhile', async () => {
    const { config, certificate } = place();
    const processes = [
      new MortalProcess(['test/e2e/storm/intake-process.ts', config, certificate], 'listens on'),
      new MortalProcess(['src/cli/main.ts', 'worker', '--role', 'incident', '--config', config], 'worker ready'),
      new MortalProcess(['test/e2e/storm/queue-process.ts', config], 'polling'),
    ];
    const progress = { sent: 0, storming: true };
    let killing: Promise<unknown> = Promise.resolve();
    const storming = () => progress.storming;
    /** Each time that so many more were sent, it is killed; it has done some work by then. */
    const killEvery = async (process: MortalProcess, alerts: number): Promise<void> => {
      for (let next = alerts; storming(); next = progress.sent + alerts) {
        await vi.waitUntil(() => progress.sent >= next || !storming(), { timeout: 200_000, interval: 20 });
        if (storming()) await process.killAndRestart();
      }
    };
    try {
      await Promise.all(processes.map((process) => process.start()));
      killing = Promise.all(processes.map((process, index) => killEvery(process, 200 + 50 * index)));
      const sendings = alerts.flatMap((sending) => Array.from({ length: sending.times }, () => sending));
      const order = sendings.sort(() => Math.random() - 0.5);
      const one = async (index: number) => {
        await send(order[index]!);
        progress.sent++;
      };
      await Promise.all([timed(order.length, 40, one), submitFile().then(submitFile)]);
      progress.storming = false;
      await killing;
      await eventually(async () => expect(await queueIsEmpty()).toBe(true), { interval: 500 });

      const expected = [...grouped(alerts, ({ subject }) => subject).values()].map(ways).sort();
      expect(expected).toHaveLength(190);
      await eventually(
        async () => {
          const views = await allIncidents();
          expect(views.map(({ arrivals = [] }) => ways(arrivals)).sort()).toEqual(expected);
        },
        { timeout: 90_000, interval: 2000 },
      );
      for (const { kills } of processes) expect(kills).toBeGreaterThanOrEqual(2);
    } finally {
      progress.storming = false;
      await killing.catch(() => undefined);
      await Promise.all(processes.map((process) => process.kill()));
    }
  });
});
