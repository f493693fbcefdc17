import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { connectTemporal } from '../src/temporal/connect.ts';
import { startDevServer } from '../src/temporal/dev-server.ts';
import { startOwned, type OwnedProcess } from '../src/temporal/owned-process.ts';
import { attributeTypes } from '../src/temporal/search-attributes.ts';
import { searchAttributes } from '../workflows/messages.ts';
import { writeBenchConfig, type BenchConfig } from './bench-config.ts';
import { timed } from './in-flight.ts';
import { latencies, median, shown, type Latencies } from './statistics.ts';

export interface IntakeBench {
  inFlight: number;
  alerts: number;
  runs: { bare: Latencies; intake: Latencies }[];
  /** Medians over the runs; milliseconds. */
  bare: Latencies;
  intake: Latencies;
  /** Intake over bare client, of these medians: what all our care costs. */
  ratio: Latencies;
}

/** The two take turns of so many, so that whatever else this machine does hits both. */
const turn = 100;
/** Starts that are not counted: connections, caches and compilers warm up. */
const warmUp = 1000;

/**
 * How long an alert takes from POST to 202, which is when its incident is durable, beside `client.workflow.start` of the
 * bare client on the same server. The two take turns; no worker runs, so nothing else is in the way.
 */
export async function benchIntake(options: {
  runs: number;
  alerts: number;
  inFlight: number;
  progress: (line: string) => void;
}): Promise<IntakeBench> {
  const { runs, alerts, inFlight, progress } = options;
  const config = await writeBenchConfig();
  const server = await startDevServer({ searchAttributes: attributeTypes(searchAttributes), progress });
  process.env.TEMPORAL_ADDRESS = server.address;
  process.env.TEMPORAL_NAMESPACE = server.namespace;
  const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
  const intake = startOwned(process.execPath, [main, 'intake', '--config', config.file]);
  const temporal = await connectTemporal();
  try {
    await healthy(config.url, intake);
    const post = poster(config);
    const start = starter(temporal.client);
    await timed(warmUp, inFlight, post);
    await timed(warmUp, inFlight, start);
    const measured: IntakeBench['runs'] = [];
    for (let run = 1; run <= runs; run++) {
      const times = { bare: [] as number[], intake: [] as number[] };
      for (let done = 0; done < alerts; done += turn) {
        times.bare.push(...(await timed(turn, inFlight, start)));
        times.intake.push(...(await timed(turn, inFlight, post)));
      }
      const result = { bare: latencies(times.bare), intake: latencies(times.intake) };
      measured.push(result);
      progress(`run ${run} of ${runs}: bare p50 ${shown(result.bare.p50)}, intake p50 ${shown(result.intake.p50)}`);
    }
    return summary(inFlight, alerts, measured);
  } finally {
    await intake.stop();
    await temporal.close();
    await server.stop();
    await config.remove();
  }
}

function summary(inFlight: number, alerts: number, runs: IntakeBench['runs']): IntakeBench {
  const middle = (pick: (run: IntakeBench['runs'][number]) => number) => median(runs.map(pick));
  const bare = { p50: middle((run) => run.bare.p50), p99: middle((run) => run.bare.p99) };
  const intake = { p50: middle((run) => run.intake.p50), p99: middle((run) => run.intake.p99) };
  const ratio = {
    p50: middle((run) => run.intake.p50 / run.bare.p50),
    p99: middle((run) => run.intake.p99 / run.bare.p99),
  };
  return { inFlight, alerts, runs, bare, intake, ratio };
}

async function healthy(url: string, { ended, output }: OwnedProcess): Promise<void> {
  let end: string | undefined;
  void ended.then((how) => (end = how));
  for (;;) {
    if (end !== undefined) throw new Error(`the intake ${end}\n${output()}`);
    const answer = await fetch(new URL('/healthz', url)).catch(() => null);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const digits = () => randomBytes(9).toString('hex').slice(0, 17);

/** One successful export, as CloudTrail writes it; every one is another incident. */
function record(): object {
  const exportTaskId = `export-i-${digits()}`;
  const exportToS3 = { diskImageFormat: 'vmdk', containerFormat: 'ova', s3Bucket: 'bench-exports' };
  return {
    eventVersion: '1.08',
    eventID: exportTaskId,
    eventTime: new Date().toISOString(),
    eventSource: 'ec2.amazonaws.com',
    eventName: 'CreateInstanceExportTask',
    awsRegion: 'eu-west-1',
    recipientAccountId: '111111111111',
    sourceIPAddress: '198.51.100.23',
    userAgent: 'aws-cli/2.27.0',
    userIdentity: {
      type: 'IAMUser',
      principalId: 'AIDABENCHBENCHBENCH12',
      arn: 'arn:aws:iam::111111111111:user/bench',
      accountId: '111111111111',
      accessKeyId: 'AKIABENCHBENCHBENCH1',
      userName: 'bench',
    },
    requestParameters: { instanceId: 'i-0123456789abcdef0', targetEnvironment: 'vmware', exportToS3 },
    responseElements: { exportTask: { exportTaskId, state: 'active', exportToS3 } },
  };
}

/** Connections are kept. Not `fetch`: it takes as long again on the asking side, which is not what is measured. */
function poster(config: BenchConfig): () => Promise<void> {
  const agent = new Agent({ keepAlive: true });
  const headers = { authorization: `Bearer ${config.token}`, 'content-type': 'application/json' };
  return async () => {
    const post = request(new URL('/alerts/elastic', config.url), { method: 'POST', agent, headers });
    post.end(JSON.stringify(record()));
    const [response] = (await once(post, 'response')) as [IncomingMessage];
    const answer = await text(response);
    if (response.statusCode !== 202) throw new Error(`the intake answered ${String(response.statusCode)}: ${answer}`);
  };
}

/** The bare client: an id, a queue and the same record as input; no policy, no search attributes, no check of anything. */
const starter = (client: Client) => async (): Promise<void> => {
  await client.workflow.start('bare', {
    workflowId: `bare/${digits()}`,
    taskQueue: 'bench-nobody',
    args: [record()],
  });
};
