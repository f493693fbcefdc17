import type { WorkflowHandle } from '@temporalio/client';
import { vi } from 'vitest';
import { slackNotify } from '../../../activities/slack/notify.ts';
import type { IncidentOpening } from '../../../src/domain/incident.ts';
import { taskQueues } from '../../../src/domain/names.ts';
import type { IncidentReport } from '../../../src/domain/report/report.ts';
import type { ResponsePolicy } from '../../../src/domain/response-policy.ts';
import { sha256OfToken } from '../../../src/intake/bearer.ts';
import { startIntake } from '../../../src/intake/serve.ts';
import { startSlackLab, type SlackLab } from '../../../src/lab/slack/slack-lab.ts';
import { connectTemporal } from '../../../src/temporal/connect.ts';
import { anAlert, aPolicy } from '../../support/builders.ts';
import { gateway } from '../../support/deciding.ts';
import type { DevEnv } from '../../support/dev-env.ts';
import { FakeWorld } from '../../support/fake-world.ts';
import { withWorkers } from '../../support/test-workers.ts';
import { leastConfig, parse } from '../../unit/config/configuration.ts';

export type Incident = WorkflowHandle<(opening: IncidentOpening) => Promise<IncidentReport>>;

/** Every way on which people decide, as in production: intake with its doors, workers, and a Slack to talk to. */
export interface DecisionStage {
  world: FakeWorld;
  lab: SlackLab;
  /** Of the intake. */
  url: string;
  /** What the intake has logged. */
  log: string[];
  start(name: string, changes?: Partial<ResponsePolicy>): Promise<Incident>;
  stop(): Promise<void>;
}

export const channel = 'C0INCIDENTS';
const signingSecret = 'the signing secret of these tests';
/** Whom the doors know. Dora is not on the list that the notify worker reads, as if her name were taken off it. */
const doorsKnow = ['alice', 'bob', 'carol', 'dora', 'mallory'] as const;
export type Person = (typeof doorsKnow)[number];
export const members: Record<Person | 'eve', string> = {
  alice: 'U0ALICE001',
  bob: 'U0BOB00001',
  carol: 'U0CAROL001',
  dora: 'U0DORA0001',
  mallory: 'U0MALLORY1',
  // In the workspace, and nowhere else.
  eve: 'U0EVE00001',
};
export const tokenOf = (person: string): string => `the-token-of-${person}`;
const botToken = 'xoxb-of-these-tests';

export async function startDecisionStage({
  address,
  client,
  nativeConnection,
}: Pick<DevEnv, 'address' | 'client' | 'nativeConnection'>): Promise<DecisionStage> {
  vi.stubEnv('TEMPORAL_ADDRESS', address);
  vi.stubEnv('TEST_SOAR_TOKEN', 'the-token-of-the-detector');
  vi.stubEnv('TEST_SOAR_CORRELATION', 'the key of correlation');
  vi.stubEnv('TEST_SOAR_SIGNING', gateway.secretKey);
  vi.stubEnv('TEST_SOAR_CODES', gateway.codeSecret);
  vi.stubEnv('TEST_SLACK_BOT', botToken);
  vi.stubEnv('TEST_SLACK_SIGNING', signingSecret);
  const lab = await startSlackLab({
    botToken,
    signingSecret,
    channels: [{ id: channel, name: 'incidents' }],
    members: Object.entries(members).map(([name, id]) => ({ id, name })),
  });
  const log: string[] = [];
  const temporal = await connectTemporal();
  const intake = await startIntake(configuration(lab), temporal, (line) => void log.push(line));
  lab.sendInteractionsTo(`${intake.url}/slack/interactions`);

  const world = new FakeWorld();
  world.approvers.push({ id: 'carol', name: 'Carol', principals: [] });
  const readDirectory = () =>
    Promise.resolve({ approvers: world.approvers.map((one) => ({ ...one, slack: members[one.id as Person] })) });
  const { codeSecret } = gateway;
  Object.assign(world.notify, slackNotify({ botToken, apiUrl: lab.apiUrl, readDirectory, codeSecret, temporal: null }));
  const over = Promise.withResolvers<undefined>();
  const working = withWorkers(nativeConnection, world, () => over.promise);

  const slack = { channel, ownerChannels: {}, tellOwner: false };
  return {
    world,
    lab,
    url: intake.url,
    log,
    start: (name, changes = {}) =>
      client.workflow.start<(opening: IncidentOpening) => Promise<IncidentReport>>('ec2VmExport', {
        workflowId: `ec2-vm-export/111111111111/eu-west-1/${name}`,
        taskQueue: taskQueues.incident,
        args: [
          {
            alert: anAlert(),
            policy: aPolicy({ channels: { slack }, rechecks: [], ...changes }),
            policyDigest: 'p',
            correlation: {},
          },
        ],
      }),
    stop: async () => {
      over.resolve(undefined);
      await working;
      await intake.stop();
      await temporal.close();
      await lab.stop();
      vi.unstubAllEnvs();
    },
  };
}

function configuration({ apiUrl }: SlackLab) {
  const least = leastConfig();
  return parse({
    ...least,
    intake: { ...least.intake, port: 0 },
    gateway: { ...least.gateway, keyId: gateway.keyId },
    approvals: {
      gatewayKeys: { [gateway.keyId]: gateway.publicKey },
      approvers: doorsKnow.map((id) => ({
        id,
        name: id,
        principals: [],
        token: `sha256:${sha256OfToken(tokenOf(id))}`,
        slack: members[id],
      })),
    },
    slack: { botToken: 'env:TEST_SLACK_BOT', apiUrl, channel, signingSecret: 'env:TEST_SLACK_SIGNING' },
  });
}
