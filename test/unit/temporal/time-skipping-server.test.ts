import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { rememberedFailure } from '../../../src/temporal/remembered-failure.ts';
import { sandbox } from '../../support/sandbox.ts';
import { resolveTimeSkippingServer } from '../../support/time-skipping-server.ts';

const machine = sandbox();
const resolve = () => resolveTimeSkippingServer(() => undefined);
beforeEach(() => rememberedFailure('temporal-test-server-download').remember('blocked'));

test('names Java and Maven when they are missing', async () => {
  await expect(resolve()).rejects.toThrow(/no Java .*install: Java 17 and Maven \(Debian, Ubuntu: openjdk-17/);
  machine.program('java', 'echo openjdk version 17');
  await expect(resolve()).rejects.toThrow(/no Maven .*install: Java 17 and Maven/);
});

test('says why Maven could not fetch the server', async () => {
  machine.program('java', 'echo openjdk version 17');
  machine.program('mvn', '[ "$1" = -v ] && echo Maven && exit\necho "[ERROR] no route to host"; exit 1');
  await expect(resolve()).rejects.toThrow(/could not be fetched \(\[ERROR\] no route to host\)/);
});

test('keeps what Maven has fetched', async () => {
  machine.program('java', 'echo openjdk version 17');
  machine.program('mvn', 'echo Maven');
  const launcher = await resolve();
  expect(launcher).toBe(join(machine.cache, 'temporal-test-server-1.38.0', 'temporal-test-server'));
  expect(existsSync(launcher)).toBe(true);
});
