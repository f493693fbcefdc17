import { globSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { searchSettings } from '../../../src/config/detection-settings.ts';
import { leastConfig, parse } from '../config/configuration.ts';
import { soar } from './a-terminal.ts';

/** The rules of all playbooks, by the names of their files. */
const files = globSync('workflows/*/detection/*.yaml')
  .map((path) => basename(path, '.yaml'))
  .sort();

describe('detection show', () => {
  test('tells a rule with its query in one piece, however narrow the terminal', async () => {
    const { code, out } = await soar(['detection', 'show', 'vm-export-failure'], { columns: 60 });
    expect(code).toBe(0);
    expect(out).toMatch(/^query +event\.dataset:aws\.cloudtrail and .* and event\.outcome:failure$/m);
    expect(out).toMatch(/^deprecated +Elastic deprecated its rule on 2026-01-16/m);
    expect(out).toMatch(/^runs +every 10 min, back 60 min, at most 100 alerts$/m);
  });

  test('tells all of them, for a script too', async () => {
    const { out } = await soar(['detection', 'show', '--json']);
    const rules = JSON.parse(out) as { id: string; kql: string }[];
    expect(rules.map(({ id }) => id)).toEqual(files);
    expect(rules.find(({ id }) => id === 'export-task')?.kql).toContain(
      'event.action:(CreateInstanceExportTask or ExportImage or CreateStoreImageTask)',
    );
  });

  test('does not know every rule', async () => {
    const { code, err } = await soar(['detection', 'show', 'no-rule']);
    expect({ code, err }).toEqual({
      code: 2,
      err: `soar: there is no rule no-rule; there are ${files.join(', ')}\n`,
    });
  });
});

describe('the key of the search engine', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'soar-search-'));
    vi.stubEnv('TEST_SOAR_SEARCH', 'a-key-for-searching');
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });
  const url = 'https://search.example:9200';
  const secret = 'env:TEST_SOAR_SEARCH';
  const settings = (search?: object) =>
    searchSettings(parse({ ...leastConfig(), detection: search ? { search } : {} }));

  test('is an API key, or a user with a password, or none', () => {
    expect(settings({ url, apiKey: secret })).toEqual({ url, authorization: 'ApiKey a-key-for-searching' });
    expect(settings({ url, username: 'soar', password: secret })).toEqual({
      url,
      authorization: `Basic ${Buffer.from('soar:a-key-for-searching').toString('base64')}`,
    });
    expect(settings({ url, indices: ['mine-*'] })).toEqual({ url, indices: ['mine-*'] });
    expect(settings()).toBeNull();
  });

  test('is read by config check --secrets', async () => {
    const file = join(folder, 'soar.yaml');
    await writeFile(
      file,
      stringify({ ...leastConfig(), detection: { search: { url, apiKey: 'env:TEST_SOAR_NONE' } } }),
    );
    const { err } = await soar(['config', 'check', '--secrets', '-c', file]);
    expect(err).toContain('detection.search.apiKey: env:TEST_SOAR_NONE is not set');
  });
});

describe('soar detection run', () => {
  test.each([
    [['--from', '2999-01-01', '--to', '2999-02-01'], /--from lies in the future/],
    [['--from', '2026-01-02', '--to', '2026-01-01'], /--from must be before --to/],
  ])('%j is refused before anything is searched', async (argv, reason) => {
    const folder = await mkdtemp(join(tmpdir(), 'soar-detection-'));
    const file = join(folder, 'soar.yaml');
    await writeFile(file, stringify(leastConfig()));
    const { code, err } = await soar(['detection', 'run', ...argv, '-c', file]);
    await rm(folder, { recursive: true });
    expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(reason) as string });
  });
});
