import type { Client } from '@temporalio/client';
import type { FakeWorld } from '../test/support/fake-world.ts';
import { setEvidence } from './evidence.ts';
import { figure, threeDigits, type Figure, type Measured, type Progress, type Series } from './figure.ts';
import { timed } from './in-flight.ts';
import { incidentHistory } from './incident-history.ts';
import { onServerWithWorkers } from './on-server.ts';
import { runIncident } from './playbook.ts';
import { median } from './statistics.ts';

export interface GrowthOptions {
  runs: number;
  /** Incidents at once times; four and sixteen times as many follow. */
  grownIncidents: number;
  progress: Progress;
}

const factors = [1, 4, 16] as const;
type Grown = Record<(typeof factors)[number], number>;
const inFlight = 8;

/**
 * What becomes of an incident when there is more to find, and of a server when there is more to do. Sizes are compared
 * with the line through once and four times as much. Times are too noisy for a line: sixteen times as much may take four
 * times as long as four times as much.
 */
export const benchGrowth = ({ runs, grownIncidents, progress }: GrowthOptions): Promise<Measured> =>
  onServerWithWorkers(progress, async ({ client }, world) => {
    const evidence = await withMoreEvidence(client, world, runs, progress);
    setEvidence(world, 1);
    const together: Grown = { 1: 0, 4: 0, 16: 0 };
    for (const factor of factors) {
      const began = performance.now();
      await timed(grownIncidents * factor, inFlight, () => runIncident(client));
      together[factor] = (performance.now() - began) / 1000;
      progress(`growth: ${grownIncidents * factor} incidents in ${together[factor].toFixed(1)} s`);
    }
    const series = [
      seriesOf('events, by evidence', 'events', evidence.events),
      seriesOf('payloads, by evidence', 'KiB', evidence.kibibytes),
      seriesOf('an incident alone, by evidence', 's', evidence.seconds),
      seriesOf('all incidents, by their number', 's', together),
    ];
    return {
      figures: [
        ofSize('events of an incident, 16 times the evidence', 'events', evidence.events),
        ofSize('payloads of an incident, 16 times the evidence', 'KiB', evidence.kibibytes),
        ofTime('an incident alone, 16 times the evidence', evidence.seconds),
        ofTime(`incidents at once, ${grownIncidents * 16} of them`, together),
      ],
      notes: series.map(words),
      series,
    };
  });

/** In turns, so that whatever else this machine does hits all of them. */
async function withMoreEvidence(client: Client, world: FakeWorld, runs: number, progress: Progress) {
  const measured = { events: noSamples(), kibibytes: noSamples(), seconds: noSamples() };
  for (let run = 0; run <= runs; run++) {
    for (const factor of factors) {
      setEvidence(world, factor);
      const began = performance.now();
      const handle = await runIncident(client);
      const seconds = (performance.now() - began) / 1000;
      if (run === 0) continue; // warms up
      const { events, payloadBytes } = await incidentHistory(handle);
      measured.events[factor].push(events.length);
      measured.kibibytes[factor].push(payloadBytes / 1024);
      measured.seconds[factor].push(seconds);
    }
    progress(`growth: run ${run} of ${runs} with more evidence`);
  }
  const { events, kibibytes, seconds } = measured;
  return { events: medians(events), kibibytes: medians(kibibytes), seconds: medians(seconds) };
}

const noSamples = (): Record<keyof Grown, number[]> => ({ 1: [], 4: [], 16: [] });
const medians = (samples: Record<keyof Grown, number[]>): Grown => ({
  1: median(samples[1]),
  4: median(samples[4]),
  16: median(samples[16]),
});

/** A tenth more than linear is what runs differ by. */
const goal = { atMost: 1.1 };

/** At sixteen times as much, what the line through once and four times as much says. */
export const onTheLine = (grown: Grown): number => grown[1] + (grown[4] - grown[1]) * 5;

const ofSize = (name: string, unit: string, grown: Grown): Figure =>
  figure(name, { value: grown[16], unit, limit: onTheLine(grown), goal });
const ofTime = (name: string, grown: Grown): Figure =>
  figure(name, { value: grown[16], unit: 's', limit: 4 * grown[4], goal });

const seriesOf = (name: string, unit: string, grown: Grown): Series => ({
  name,
  unit,
  points: factors.map((factor) => ({ at: factor, value: grown[factor] })),
});

const words = ({ name, unit, points }: Series): string =>
  `${name}: ${points.map(({ at, value }) => `${threeDigits(value)} ${unit} at ${at}×`).join(', ')}`;
