import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../src/domain/alert/alert.ts';
import { alertRoutes } from '../../../src/intake/alert-routes.ts';
import {
  deadLetterFolder,
  keepDeadLetters,
  type DeadLetterFolder,
  type KeepDeadLetter,
} from '../../../src/intake/dead-letters.ts';
import { intakeMetrics } from '../../../src/intake/metrics.ts';
import { createServer } from '../../../src/intake/server.ts';
import { fixture } from '../../support/fixtures.ts';

const token = 'a-token-of-these-tests';
const scraper = 'a-token-of-the-scraper';
const record = fixture('cloudtrail/create-instance-export-task-failure');
const result = 'opened' as const;
const open = (alert: Alert) =>
  alert.eventId === 'away'
    ? Promise.reject(new Error('Temporal is away'))
    : Promise.resolve({ incidentKey: 'VMX-ABCDEFGHIJ', workflowId: 'w', result });

type Letters = Pick<DeadLetterFolder, 'list'> & { keepDeadLetter: KeepDeadLetter };
const empty: Letters = { keepDeadLetter: () => Promise.resolve(true), list: () => Promise.resolve([]) };

function intake(metricsToken: string | null = scraper, { keepDeadLetter, list }: Letters = empty) {
  const server = createServer({ maxBodyBytes: 100_000, requestsPerMinute: 1000, log: () => {} });
  const metrics = intakeMetrics({ list });
  metrics.serve(server, metricsToken);
  alertRoutes(server, { tokens: [token], ...metrics.counted({ open, keepDeadLetter }) });
  const post = (body: unknown, bearer = token) =>
    server.inject({
      method: 'POST',
      url: '/alerts',
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      payload: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const scrape = (bearer = scraper) =>
    server.inject({ method: 'GET', url: '/metrics', headers: { authorization: `Bearer ${bearer}` } });
  return { post, scrape };
}

describe('metrics', () => {
  it('count alerts by what became of them, dead letters by door, and answers by route and status', async () => {
    const { post, scrape } = intake();
    await post(record);
    await post({ ...record, eventID: 'away' });
    await post('no json');
    await post(record, 'a stranger');
    const { body, headers, statusCode } = await scrape();
    expect(statusCode).toBe(200);
    expect(headers['content-type']).toContain('text/plain');
    expect(body).toContain('soar_alerts_total{result="opened"} 1');
    expect(body).toContain('soar_alerts_total{result="failed"} 1');
    expect(body).toContain('soar_dead_letters_total{door="http"} 1');
    expect(body).toContain('soar_dead_letters_kept 0');
    for (const status of [202, 400, 401, 503]) {
      expect(body).toContain(`soar_http_request_duration_seconds_count{route="POST /alerts",status="${status}"} 1`);
    }
  });

  it('begin with 0, so that a first one is an increase', async () => {
    const { body } = await intake().scrape();
    for (const result of ['opened', 'attached', 'known', 'failed']) {
      expect(body).toContain(`soar_alerts_total{result="${result}"} 0`);
    }
    for (const door of ['http', 'elastic', 'eventbridge', 'sns']) {
      expect(body).toContain(`soar_dead_letters_total{door="${door}"} 0`);
      expect(body).toContain(`soar_dead_letters_lost_total{door="${door}"} 0`);
    }
    for (const status of [429, 500]) {
      expect(body).toContain(`soar_http_request_duration_seconds_count{route="POST /alerts",status="${status}"} 0`);
    }
    expect(body).not.toContain('HEAD');
  });

  it('tell of a letter that could not be kept, and of all else where the folder cannot be read', async () => {
    const folder = join(await mkdtemp(join(tmpdir(), 'soar-letters-')), 'file');
    try {
      await writeFile(folder, 'no folder');
      const letters = deadLetterFolder({ deadLetters: folder, deadLetterBytes: 10_000, deadLetterAge: 60_000 });
      const { post, scrape } = intake(scraper, { ...letters, keepDeadLetter: keepDeadLetters(letters, () => {}) });
      expect((await post('no json')).statusCode).toBe(400);
      const { body, statusCode } = await scrape();
      expect(statusCode).toBe(200);
      expect(body).toContain('soar_dead_letters_lost_total{door="http"} 1');
      expect(body).toContain('soar_dead_letters_kept Nan');
    } finally {
      await rm(dirname(folder), { recursive: true });
    }
  });

  it('are for whoever has the token, and for nobody where none is configured', async () => {
    expect((await intake().scrape(token)).statusCode).toBe(401);
    expect((await intake(null).scrape()).statusCode).toBe(404);
  });
});
