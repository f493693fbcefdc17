/**
 * Reads a key's trail in a process of its own, as the observe worker does for an incident: what AWS answered is kept as
 * evidence, and questions are put at the same time. Without waiting for CloudTrail's own limit, it says what they came to
 * and how much memory it took: `node trail-reader.ts SETTINGS FOLDER QUESTIONS`.
 */
import { MockActivityEnvironment } from '@temporalio/testing';
import { awsClients, type AwsSettings } from '../../../activities/aws/clients.ts';
import type { CloudTrailObserve } from '../../../activities/cloudtrail/contract.ts';
import { cloudTrailObserve } from '../../../activities/cloudtrail/observe.ts';
import { keepingEvidence, keepObserved } from '../../../activities/evidence/observed.ts';
import { trailParts } from '../../../activities/evidence/trail-parts.ts';
import { observeActivities } from '../../../activities/observe.ts';
import type { TrailFacts } from '../../../src/domain/findings/trail-facts.ts';

type Question = Parameters<CloudTrailObserve['lookupTrail']>[0];

/** In bytes. */
export interface TrailReading {
  answers: TrailFacts[];
  payload: number;
  /** Milliseconds for all questions. */
  took: number;
  memory: { before: number; most: number };
}

const [settings = '', folder = '', asked = ''] = process.argv.slice(2);
const [warmUp, ...questions] = JSON.parse(asked) as [Question, ...Question[]];
const clients = awsClients(JSON.parse(settings) as AwsSettings);
const unlimited = { turn: () => Promise.resolve() };
const observe = keepingEvidence(
  { ...observeActivities(clients), ...cloudTrailObserve(clients, 40, unlimited, trailParts({ folder })) },
  keepObserved({ folder }),
);
const ask = (question: Question): Promise<TrailFacts> =>
  new MockActivityEnvironment({
    workflowExecution: { workflowId: 'ec2-vm-export/111111111111/eu-west-1/busy', runId: 'r' },
  }).run(() => observe.lookupTrail(question));

// Clients, credentials and code are there before it is measured.
await ask(warmUp);
const before = process.memoryUsage.rss();
let most = before;
const measure = () => (most = Math.max(most, process.memoryUsage.rss()));
const timer = setInterval(measure, 20);
const began = performance.now();
const answers = await Promise.all(questions.map(ask));
const took = performance.now() - began;
clearInterval(timer);
measure();
const payload = [...questions, ...answers].reduce((sum, part) => sum + Buffer.byteLength(JSON.stringify(part)), 0);
process.stdout.write(JSON.stringify({ answers, payload, took, memory: { before, most } } satisfies TrailReading));
