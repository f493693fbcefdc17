/**
 * Reads a key's trail in a process of its own, as the playbook asks for it, without waiting for CloudTrail's own limit, and
 * says what it came to and how much memory it took: `node trail-reader.ts SETTINGS QUESTIONS`.
 */
import { awsClients, type AwsSettings } from '../../../activities/aws/clients.ts';
import type { CloudTrailObserve } from '../../../activities/cloudtrail/contract.ts';
import { cloudTrailObserve } from '../../../activities/cloudtrail/observe.ts';
import type { TrailFacts } from '../../../src/domain/findings/facts.ts';

type Question = Parameters<CloudTrailObserve['lookupTrail']>[0];

/** In bytes. */
export interface TrailReading {
  answers: TrailFacts[];
  payload: number;
  memory: { before: number; most: number };
}

const [settings = '', asked = ''] = process.argv.slice(2);
const [warmUp, ...questions] = JSON.parse(asked) as [Question, ...Question[]];
const unlimited = { turn: () => Promise.resolve() };
const trail = cloudTrailObserve(awsClients(JSON.parse(settings) as AwsSettings), 40, unlimited);

// Clients, credentials and code are there before it is measured.
await trail.lookupTrail(warmUp);
const before = process.memoryUsage.rss();
let most = before;
const measure = () => (most = Math.max(most, process.memoryUsage.rss()));
const timer = setInterval(measure, 20);
const answers: TrailFacts[] = [];
for (const question of questions) answers.push(await trail.lookupTrail(question));
clearInterval(timer);
measure();
const payload = [...questions, ...answers].reduce((sum, part) => sum + Buffer.byteLength(JSON.stringify(part)), 0);
process.stdout.write(JSON.stringify({ answers, payload, memory: { before, most } } satisfies TrailReading));
