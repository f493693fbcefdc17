import { expect, test } from 'vitest';
import { runCommand } from '../../../src/temporal/run-command.ts';

const options = { what: 'working', limitSeconds: 5, progress: () => undefined };
const shell = (script: string, more = {}) => runCommand('/bin/sh', ['-c', script], { ...options, ...more });

test('returns what a command printed', async () => {
  expect(await shell('echo done')).toEqual({ ok: true, output: 'done\n' });
});

test('gives the last line of a command that failed as the reason', async () => {
  expect(await shell('echo first; echo why >&2; exit 3')).toEqual({ ok: false, reason: 'why' });
  expect(await runCommand('/nonexistent', [], options)).toMatchObject({ ok: false });
});

test('ends a command, and what that has started, at its time limit', async () => {
  const started = Date.now();
  expect(await shell('sleep 30 & wait', { limitSeconds: 1 })).toEqual({ ok: false, reason: 'no result after 1 s' });
  expect(Date.now() - started).toBeLessThan(5000);
});

test('ends a command that makes no progress', async () => {
  expect(await shell('sleep 30', { stalled: () => true })).toEqual({ ok: false, reason: 'no progress' });
});

test('ends a command, and what that has started, when it is interrupted, and tries no other way', async () => {
  const before = process.listenerCount('SIGINT');
  const started = Date.now();
  const running = shell('sleep 30 & wait', { limitSeconds: 20 });
  process.emit('SIGINT', 'SIGINT');
  await expect(running).rejects.toThrow('working was interrupted; the same command begins it again');
  expect(Date.now() - started).toBeLessThan(5000);
  expect(process.listenerCount('SIGINT')).toBe(before);
});
