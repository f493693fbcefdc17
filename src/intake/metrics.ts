import type { FastifyInstance } from 'fastify';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Alert, Arrival } from '../domain/alert/alert.ts';
import { sha256OfToken, matchingToken } from './bearer.ts';
import type { DeadLetterFolder, KeepDeadLetter } from './dead-letters.ts';
import type { OpenedIncident } from './open-incident.ts';
import { HttpRefusal } from './server.ts';
import type { Taking } from './take-alerts.ts';

type Counted = Taking & { keepDeadLetter: KeepDeadLetter };

/** What the intake counts since its start, for Prometheus. No label holds anything that a sender chose. */
export interface IntakeMetrics {
  /** The same doors, counted. */
  counted: (taking: Counted) => Counted;
  /** Every answer of the server, and `GET /metrics` for whoever has the token; null: nobody asks. */
  serve: (server: FastifyInstance, token: string | null) => void;
}

type Door = Arrival['door'];
/** By which somebody sends to the intake. */
const doors = ['http', 'elastic', 'eventbridge', 'sns'] as const satisfies Door[];
/** Any one of these is looked at: deploy/prometheus-rules.yaml. */
const toBeLookedAt = [429, 500];

export function intakeMetrics(letters: Pick<DeadLetterFolder, 'list'>): IntakeMetrics {
  const registers = [new Registry()];
  const [registry] = registers as [Registry];
  const alerts = new Counter({
    name: 'soar_alerts_total',
    help: 'Alerts that were understood, by what became of them.',
    labelNames: ['result'],
    registers,
  });
  const deadLetters = new Counter({
    name: 'soar_dead_letters_total',
    help: 'Bodies from authenticated senders that nobody could decode.',
    labelNames: ['door'],
    registers,
  });
  const lost = new Counter({
    name: 'soar_dead_letters_lost_total',
    help: 'Of these, those that could not be kept: the disk, the rights on intake.deadLetters, or its bounds. The log says which.',
    labelNames: ['door'],
    registers,
  });
  new Gauge({
    name: 'soar_dead_letters_kept',
    help: 'Dead letters that wait to be looked at; see soar dead-letter list. NaN: the folder cannot be read.',
    registers,
    async collect() {
      // One folder that cannot be read takes no other figure away.
      this.set(
        await letters.list().then(
          ({ length }) => length,
          () => Number.NaN,
        ),
      );
    },
  });
  const answers = new Histogram({
    name: 'soar_http_request_duration_seconds',
    help: 'Answers by route and status; 401 are strangers, 503 is Temporal or the keys of incidents away.',
    labelNames: ['route', 'status'],
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30],
    registers,
  });

  // A figure that is not there before it is 1 has not increased, for Prometheus: the first of each would be missed.
  for (const result of ['opened', 'attached', 'known', 'failed']) alerts.inc({ result }, 0);
  for (const door of doors) for (const counter of [deadLetters, lost]) counter.inc({ door }, 0);

  const open =
    (opening: Taking['open']) =>
    async (alert: Alert): Promise<OpenedIncident> => {
      try {
        const opened = await opening(alert);
        alerts.inc({ result: opened.result });
        return opened;
      } catch (error) {
        alerts.inc({ result: 'failed' });
        throw error;
      }
    };
  const keep =
    (keeping: KeepDeadLetter): KeepDeadLetter =>
    async (letter) => {
      const of = { door: letter.door satisfies Door };
      deadLetters.inc(of);
      const kept = await keeping(letter);
      if (!kept) lost.inc(of);
      return kept;
    };

  return {
    counted: (taking) => ({ ...taking, open: open(taking.open), keepDeadLetter: keep(taking.keepDeadLetter) }),
    serve(server, token) {
      server.addHook('onRoute', ({ method, url }) => {
        for (const each of [method].flat().filter((name) => name !== 'HEAD')) {
          for (const status of toBeLookedAt) answers.zero({ route: `${each} ${url}`, status });
        }
      });
      server.addHook('onResponse', (request, reply, done) => {
        const route = `${request.method} ${request.routeOptions.url ?? 'unknown'}`;
        answers.observe({ route, status: reply.statusCode }, reply.elapsedTime / 1000);
        done();
      });
      if (token === null) return;
      const known = [sha256OfToken(token)];
      server.get('/metrics', async ({ headers }, reply) => {
        if (matchingToken(headers.authorization, known) < 0) {
          throw new HttpRefusal(401, 'the bearer token is missing or not known');
        }
        return reply.type(registry.contentType).send(await registry.metrics());
      });
    },
  };
}
