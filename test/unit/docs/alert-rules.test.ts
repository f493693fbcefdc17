import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { intakeMetrics } from '../../../src/intake/metrics.ts';
import { createServer } from '../../../src/intake/server.ts';

interface Rules {
  groups: { name: string; rules: { alert: string; expr: string; annotations: Record<string, string> }[] }[];
}

const text = await readFile('deploy/prometheus-rules.yaml', 'utf8');
const rules = (parse(text) as Rules).groups.flatMap((group) => group.rules);
const operations = await readFile('docs/operations.md', 'utf8');

/** What the intake would answer Prometheus, with the names of all its figures. */
async function figures(): Promise<string[]> {
  const server = createServer({ maxBodyBytes: 1000, requestsPerMinute: 10, log: () => {} });
  intakeMetrics({ list: () => Promise.resolve([]) }).serve(server, 'a-token-of-the-scraper');
  const headers = { authorization: 'Bearer a-token-of-the-scraper' };
  const { body } = await server.inject({ method: 'GET', url: '/metrics', headers });
  return [...body.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name);
}

test('the rules for alerts ask for figures of ours that exist, and all of these are explained', async () => {
  const known = await figures();
  const asked = rules.flatMap(({ expr }) => expr.match(/\bsoar_\w+/g) ?? []);
  expect(asked.length).toBeGreaterThan(5);
  for (const name of asked) expect(known).toContain(name.replace(/_(bucket|count|sum)$/, ''));
  expect(known.filter((name) => !operations.includes(`\`${name}\``))).toEqual([]);
});

test('each says what is wrong and what to do', () => {
  for (const { alert, annotations } of rules) {
    expect([alert, Object.keys(annotations)]).toEqual([alert, ['summary', 'action']]);
  }
});
