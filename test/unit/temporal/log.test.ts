import { afterEach, describe, expect, it, vi } from 'vitest';
import { troubles } from '../../../src/intake/troubles.ts';
import { logLine } from '../../../src/temporal/log.ts';
import { jsonEntry } from '../../../src/temporal/worker-runtime.ts';
import { soar } from '../cli/a-terminal.ts';

afterEach(() => void vi.unstubAllEnvs());

const parsed = (line: string): unknown => {
  expect(line).toMatch(/^[^\n]+\n$/);
  return JSON.parse(line);
};
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string;

describe('a log', () => {
  it('is text with its time, and with SOAR_LOG=json one object a line, with time and level', () => {
    expect(logLine('intake\nlistens')).toMatch(/^\d{4}-\S+Z intake listens\n$/);
    vi.stubEnv('SOAR_LOG', 'json');
    expect(parsed(logLine('intake\nlistens'))).toEqual({ time, level: 'info', message: 'intake listens' });
    expect(parsed(logLine('it does not', 'error'))).toEqual({ time, level: 'error', message: 'it does not' });
  });

  it('of Temporal is an object a line as well, errors included', () => {
    const meta = { activityType: 'storeReport', attempt: 3, error: new Error('the disk\nis full'), taskToken: 7n };
    const entry = jsonEntry({
      level: 'WARN',
      timestampNanos: 1_800_000_000_000_000_000n,
      message: 'Activity failed',
      meta,
    });
    expect(parsed(entry)).toMatchObject({
      time: '2027-01-15T08:00:00.000Z',
      level: 'warn',
      message: 'Activity failed',
      activityType: 'storeReport',
      attempt: 3,
      error: expect.stringContaining('the disk is full') as string,
    });
  });

  it('says of what begins to be wrong that it is a warning', () => {
    const log = vi.fn();
    troubles(log).begin('Temporal', new Error('away'), 'messages stay');
    expect(log).toHaveBeenCalledWith('away: messages stay', 'warn');
  });

  it('ends, where a process does, with why', async () => {
    vi.stubEnv('SOAR_LOG', 'json');
    const { code, err } = await soar(['intake', '-c', '/nowhere/soar.yaml']);
    expect(code).toBe(2);
    expect(parsed(err)).toMatchObject({
      level: 'error',
      message: expect.stringContaining('/nowhere/soar.yaml') as string,
    });
    expect((await soar(['config', 'check', '-c', '/nowhere/soar.yaml'])).err).toMatch(/^soar: /);
  });
});
