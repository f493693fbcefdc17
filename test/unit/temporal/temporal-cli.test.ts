import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { isPrerequisiteMissing } from '../../../src/temporal/prerequisite.ts';
import { rememberedFailure } from '../../../src/temporal/remembered-failure.ts';
import { resolveTemporalCli } from '../../../src/temporal/temporal-cli.ts';
import { sandbox } from '../../support/sandbox.ts';

const machine = sandbox();
const lines: string[] = [];
const resolve = () => resolveTemporalCli((line) => lines.push(line));

// The SDK's download is known not to work, so that no test uses the network.
beforeEach(() => {
  lines.length = 0;
  rememberedFailure('temporal-download').remember('blocked');
});

const built = () => join(machine.cache, 'temporal-cli-1.5.1', 'temporal');
const go = (build: string) => machine.program('go', `[ "$1" = version ] && echo go version go1.26 && exit\n${build}`);

test('takes the temporal command on the PATH', async () => {
  machine.program('temporal', 'echo "temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)"');
  expect(await resolve()).toBe('temporal');
});

test('passes over a temporal command whose server is too old, and says so', async () => {
  machine.program('temporal', 'echo "temporal version 1.1.0 (Server 1.25.0, UI 2.30.3)"');
  mkdirSync(join(built(), '..'));
  writeFileSync(built(), '');
  expect(await resolve()).toBe(built());
  expect(lines.join()).toContain('server 1.25, older than 1.29');
});

test('takes what the SDK has downloaded before', async () => {
  writeFileSync(join(machine.cache, 'temporal-sdk-typescript-1.24.0'), '');
  expect(await resolve()).toBe(join(machine.cache, 'temporal-sdk-typescript-1.24.0'));
});

test('builds the Temporal CLI with Go, keeps it, and leaves nothing else behind', async () => {
  go('echo "$*" > "$GOBIN/temporal"');
  expect(await resolve()).toBe(built());
  expect(existsSync(built())).toBe(true);
  expect(readdirSync(machine.cache).sort()).toEqual(['temporal-cli-1.5.1', 'temporal-download.failed']);
  expect(lines.at(-1)).toMatch(/^Temporal CLI built in \d+ s$/);
});

test('ends two builds at the same time with one whole binary', async () => {
  go('echo built > "$GOBIN/temporal"');
  expect(await Promise.all([resolve(), resolve()])).toEqual([built(), built()]);
});

test('names the package to install when the build fails', async () => {
  go('echo "go: module requires go >= 1.24" >&2; exit 1');
  await expect(resolve()).rejects.toThrow(/failed \(go: module requires go >= 1.24\); install: .*golang/);
});

test('names the package to install when there is neither a download nor Go', async () => {
  const error: unknown = await resolve().catch((failure: unknown) => failure);
  expect(isPrerequisiteMissing(error)).toBe(true);
  expect(String(error)).toContain('install: the Temporal CLI');
});

test('tries a failed download again after a day', () => {
  expect(rememberedFailure('temporal-download').recent).toBe(true);
  const twoDaysAgo = Date.now() / 1000 - 2 * 86_400;
  utimesSync(join(machine.cache, 'temporal-download.failed'), twoDaysAgo, twoDaysAgo);
  expect(rememberedFailure('temporal-download').recent).toBe(false);
});
