import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { configuredTarget } from '../../../src/temporal/connect.ts';
import { TemporalConfigInvalid } from '../../../src/temporal/unreachable.ts';

const file = join(mkdtempSync(join(tmpdir(), 'soar-profile-')), 'temporal.toml');

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('TEMPORAL_')) vi.stubEnv(name, undefined);
  vi.stubEnv('TEMPORAL_CONFIG_FILE', '/nonexistent/temporal.toml');
});
afterEach(() => vi.unstubAllEnvs());

test('has no configured address without variables and profile file', () => {
  expect(configuredTarget()).toMatchObject({
    addressConfigured: false,
    namespace: 'default',
    nativeConnectionOptions: { address: 'localhost:7233' },
  });
});

test('reads address, namespace and API key from variables; a key switches TLS on', () => {
  vi.stubEnv('TEMPORAL_ADDRESS', 'soar.tmprl.cloud:7233');
  vi.stubEnv('TEMPORAL_NAMESPACE', 'soar.a1b2c');
  vi.stubEnv('TEMPORAL_API_KEY', 'a-key');
  expect(configuredTarget()).toMatchObject({
    addressConfigured: true,
    namespace: 'soar.a1b2c',
    nativeConnectionOptions: { address: 'soar.tmprl.cloud:7233', apiKey: 'a-key', tls: true },
  });
});

test('refuses a URL in place of host and port: it is the configuration that is wrong, and nobody is away', () => {
  vi.stubEnv('TEMPORAL_ADDRESS', 'https://soar.tmprl.cloud:7233');
  expect(() => configuredTarget()).toThrow(TemporalConfigInvalid);
  expect(() => configuredTarget()).toThrow(
    'is host and port, such as localhost:7233, and not https://soar.tmprl.cloud',
  );
});

test('reads the profile that is named from the profile file', () => {
  writeFileSync(file, '[profile.prod]\naddress = "temporal.example:7233"\nnamespace = "security"\n');
  vi.stubEnv('TEMPORAL_CONFIG_FILE', file);
  vi.stubEnv('TEMPORAL_PROFILE', 'prod');
  expect(configuredTarget()).toMatchObject({
    addressConfigured: true,
    namespace: 'security',
    nativeConnectionOptions: { address: 'temporal.example:7233' },
  });
});

test('refuses a profile that does not exist and a file that is not TOML', () => {
  writeFileSync(file, 'address: yaml');
  vi.stubEnv('TEMPORAL_CONFIG_FILE', file);
  expect(() => configuredTarget()).toThrow(TemporalConfigInvalid);
  writeFileSync(file, '');
  vi.stubEnv('TEMPORAL_PROFILE', 'prod');
  expect(() => configuredTarget()).toThrow(/prod/);
});
