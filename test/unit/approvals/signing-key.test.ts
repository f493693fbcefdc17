import { afterEach, expect, test, vi } from 'vitest';
import { publicKeyOf, signingKey } from '../../../src/approvals/signing-key.ts';
import { leastConfig, parse } from '../config/configuration.ts';

const secretKey = '22'.repeat(32);
const config = (publicKey: string) => {
  const contents = leastConfig();
  contents.approvals.gatewayKeys['gateway-1'] = publicKey;
  return parse(contents);
};

afterEach(() => vi.unstubAllEnvs());

test('the signing key is the one that the workers trust', () => {
  vi.stubEnv('TEST_SOAR_SIGNING', secretKey);
  expect(signingKey(config(publicKeyOf(secretKey)))).toBe(secretKey);
});

test('another one is refused at start, unseen', () => {
  vi.stubEnv('TEST_SOAR_SIGNING', secretKey);
  const start = () => signingKey(config('c'.repeat(64)));
  expect(start).toThrow(/gateway\.signingKey: does not belong to the public key approvals\.gatewayKeys\.gateway-1/);
  expect(start).not.toThrow(secretKey);
  vi.stubEnv('TEST_SOAR_SIGNING', 'not hexadecimal at all');
  expect(start).toThrow(/64 lower-case hex digits/);
});
