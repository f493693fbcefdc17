import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { startOwned, type OwnedProcess } from '../src/temporal/owned-process.ts';
import { writeBenchConfig, type BenchConfig, type IntakeChanges } from './bench-config.ts';

export interface BenchIntake {
  /** Answers with the workflow that the alert opened. */
  post: (record: object) => Promise<string>;
  stop: () => Promise<void>;
}

/** `soar intake` in a process of its own, as in production; it finds the server in the environment. */
export async function startBenchIntake(changes: IntakeChanges): Promise<BenchIntake> {
  const config = await writeBenchConfig(changes);
  const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
  const intake = startOwned(process.execPath, [main, 'intake', '--config', config.file]);
  const stop = async () => {
    await intake.stop();
    await config.remove();
  };
  try {
    await healthy(config.url, intake);
  } catch (error) {
    await stop();
    throw error;
  }
  return { post: poster(config), stop };
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

/** Connections are kept. Not `fetch`: it takes as long again on the asking side, which is not what is measured. */
function poster(config: BenchConfig): BenchIntake['post'] {
  const agent = new Agent({ keepAlive: true });
  const headers = { authorization: `Bearer ${config.token}`, 'content-type': 'application/json' };
  return async (record) => {
    const post = request(new URL('/alerts/elastic', config.url), { method: 'POST', agent, headers });
    post.end(JSON.stringify(record));
    const [response] = (await once(post, 'response')) as [IncomingMessage];
    const answer = await text(response);
    if (response.statusCode !== 202) throw new Error(`the intake answered ${String(response.statusCode)}: ${answer}`);
    const [opened] = (JSON.parse(answer) as { results: { workflowId: string }[] }).results;
    return opened?.workflowId ?? '';
  };
}

export const digits = (): string => randomBytes(9).toString('hex').slice(0, 17);

/** One successful export, as CloudTrail writes it; every one is another incident. */
export function exportRecord(accountId: string): object {
  const exportTaskId = `export-i-${digits()}`;
  const exportToS3 = { diskImageFormat: 'vmdk', containerFormat: 'ova', s3Bucket: 'bench-exports' };
  return {
    eventVersion: '1.08',
    eventID: exportTaskId,
    eventTime: new Date().toISOString(),
    eventSource: 'ec2.amazonaws.com',
    eventName: 'CreateInstanceExportTask',
    awsRegion: 'eu-west-1',
    recipientAccountId: accountId,
    sourceIPAddress: '198.51.100.23',
    userAgent: 'aws-cli/2.27.0',
    userIdentity: {
      type: 'IAMUser',
      principalId: 'AIDABENCHBENCHBENCH12',
      arn: `arn:aws:iam::${accountId}:user/bench`,
      accountId,
      accessKeyId: 'AKIABENCHBENCHBENCH1',
      userName: 'bench',
    },
    requestParameters: { instanceId: 'i-0123456789abcdef0', targetEnvironment: 'vmware', exportToS3 },
    responseElements: { exportTask: { exportTaskId, state: 'active', exportToS3 } },
  };
}
