import type { Client } from '@temporalio/client';
import { benchAccounts } from './bench-config.ts';
import type { Progress } from './figure.ts';
import { timed } from './in-flight.ts';
import { digits, exportRecord, startBenchIntake } from './intake-process.ts';
import { onServer } from './on-server.ts';
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
const warmUp = (alerts: number): number => 2 * alerts;

/**
 * How long an alert takes from POST to 202, which is when its incident is durable, beside `client.workflow.start` of the
 * bare client on the same server. The two take turns; no worker runs, so nothing else is in the way.
 */
export async function benchIntake(options: {
  runs: number;
  alerts: number;
  inFlight: number;
  progress: Progress;
}): Promise<IntakeBench> {
  const { runs, alerts, inFlight, progress } = options;
  return onServer(progress, async ({ client }) => {
    // What is measured is how fast a start is durable, not how a storm is spread over time.
    const intake = await startBenchIntake({ requestsPerMinute: 100_000, incidentsPerMinute: 100_000 });
    try {
      const post = () => intake.post(exportRecord(benchAccounts[0]));
      const start = starter(client);
      await timed(warmUp(alerts), inFlight, post);
      await timed(warmUp(alerts), inFlight, start);
      const measured: IntakeBench['runs'] = [];
      for (let run = 1; run <= runs; run++) {
        const times = { bare: [] as number[], intake: [] as number[] };
        for (let done = 0; done < alerts; done += turn) {
          const count = Math.min(turn, alerts - done);
          times.bare.push(...(await timed(count, inFlight, start)));
          times.intake.push(...(await timed(count, inFlight, post)));
        }
        const result = { bare: latencies(times.bare), intake: latencies(times.intake) };
        measured.push(result);
        progress(`run ${run} of ${runs}: bare p50 ${shown(result.bare.p50)}, intake p50 ${shown(result.intake.p50)}`);
      }
      return summary(inFlight, alerts, measured);
    } finally {
      await intake.stop();
    }
  });
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

/** The bare client: an id, a queue and the same record as input; no policy, no search attributes, no check of anything. */
const starter = (client: Client) => async (): Promise<void> => {
  await client.workflow.start('bare', {
    workflowId: `bare/${digits()}`,
    taskQueue: 'bench-nobody',
    args: [exportRecord(benchAccounts[0])],
  });
};
