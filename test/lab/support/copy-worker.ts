/** Copies exports in a process of its own and says how much memory it has: `node copy-worker.ts ADDRESS SETTINGS`. */
import { NativeConnection, Worker } from '@temporalio/worker';
import { awsClients, type AwsSettings } from '../../../activities/aws/clients.ts';
import { containActivities } from '../../../activities/contain.ts';
import type { CopySettings } from '../../../activities/s3/parts.ts';

const [address = '', settings = ''] = process.argv.slice(2);
const { aws, copying } = JSON.parse(settings) as { aws: AwsSettings; copying: CopySettings };
const nothing = { principals: [], buckets: [] };
const acts = containActivities(awsClients(aws), { protected: nothing, copying });
const worker = await Worker.create({
  connection: await NativeConnection.connect({ address }),
  taskQueue: 'copies',
  activities: { copyExport: (...args: Parameters<typeof acts.copyExport>) => acts.copyExport(...args) },
});
setInterval(() => process.stdout.write(`${process.memoryUsage.rss()}\n`), 100).unref();
process.stderr.write('worker ready\n');
await worker.run();
