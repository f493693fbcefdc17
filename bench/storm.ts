import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { pendingApprovalQuery } from '../workflows/messages.ts';
import { benchAccounts } from './bench-config.ts';
import { figure, type Measured, type Progress } from './figure.ts';
import { exportRecord, startBenchIntake, type BenchIntake } from './intake-process.ts';
import { onServerWithWorkers } from './on-server.ts';
import { median, shown } from './statistics.ts';
import { untilAsked } from './until-asked.ts';

export interface StormOptions {
  storms: number;
  warmUps: number;
  /** Incidents that the second account has to itself before each storm. */
  stormAlone: number;
  /** Alerts of one account in each. */
  stormAlerts: number;
  progress: Progress;
}

const [stormy, quiet] = benchAccounts;
/** Milliseconds; looking costs the server what is measured, and the request says itself when it was made. */
const lookAgain = 250;

/** Milliseconds between two alerts: a thousand in a minute. */
const between = 60;

/**
 * Every alert of a storm is about another export, so each opens an incident. In the middle comes one alert of another
 * account: how long until its people are asked, beside the same on a server that has nothing else to do. Through the
 * intake with its own limits of admission, on a server that shares workers out fairly. Alerts come at a rate, whether or
 * not the earlier ones were answered: at more than the server takes, all would wait for the server alone. AWS answers at
 * once: how AWS limits an account is not in it.
 */
export async function benchStorm({ storms, ...options }: StormOptions): Promise<Measured> {
  const times: { alone: number; within: number }[] = [];
  for (let storm = 1; storm <= storms; storm++) {
    const time = await oneStorm(options);
    times.push(time);
    options.progress(`storm ${storm} of ${storms}: alone ${shown(time.alone)}, within ${shown(time.within)}`);
  }
  const within = median(times.map((time) => time.within));
  // Each storm's own ratio: what else this machine does differs between storms.
  const ratio = median(times.map((time) => time.within / time.alone));
  return {
    figures: [
      figure(`alert to approval request, within a storm of ${options.stormAlerts}`, {
        value: within,
        unit: 'ms',
        limit: within / ratio,
        goal: { atMost: 3 },
      }),
    ],
    notes: [],
  };
}

const oneStorm = ({ warmUps, stormAlone, stormAlerts, progress }: Omit<StormOptions, 'storms'>) =>
  onServerWithWorkers(progress, async ({ client }) => {
    // The limit of one address is not what is measured; that of one account is.
    const intake = await startBenchIntake({ requestsPerMinute: 100_000 });
    try {
      const before: number[] = [];
      for (let number = 0; number < warmUps + stormAlone; number++) before.push(await askedAfter(client, intake));
      const second = async () => {
        await sleep(Math.floor(stormAlerts / 2) * between);
        return askedAfter(client, intake);
      };
      const storm = Array.from({ length: stormAlerts }, async (_, number) => {
        await sleep(number * between);
        await intake.post(exportRecord(stormy));
      });
      const [within] = await Promise.all([second(), ...storm]);
      return { alone: median(before.slice(warmUps)), within };
    } finally {
      await intake.stop();
    }
  });

/** Milliseconds from the alert of the second account to the moment at which its incident asks. */
async function askedAfter(client: Client, intake: BenchIntake): Promise<number> {
  const sent = Date.now();
  const handle = client.workflow.getHandle(await intake.post(exportRecord(quiet)));
  const { askedAt } = await untilAsked(() => handle.query(pendingApprovalQuery), lookAgain);
  return Date.parse(askedAt) - sent;
}
