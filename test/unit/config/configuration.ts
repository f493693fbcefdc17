import { stringify } from 'yaml';
import { parseConfig, type SoarConfig } from '../../../src/config/load-config.ts';

/** The least that a configuration must say. */
export const leastConfig = () => ({
  accounts: [
    {
      id: '111111111111',
      name: 'shop',
      sensitivity: 'medium',
      regions: ['eu-west-1'],
      roles: {
        observe: 'arn:aws:iam::111111111111:role/soar-observe',
        contain: 'arn:aws:iam::111111111111:role/soar-contain',
      },
    },
  ],
  evidence: { folder: './evidence' },
  intake: { bearerTokens: ['env:TEST_SOAR_TOKEN'], correlationKey: 'env:TEST_SOAR_CORRELATION' },
  gateway: { keyId: 'gateway-1', signingKey: 'env:TEST_SOAR_SIGNING', codeSecret: 'env:TEST_SOAR_CODES' },
  approvals: {
    gatewayKeys: { 'gateway-1': 'c'.repeat(64) },
    approvers: [
      { id: 'alice', name: 'Alice', principals: [], token: `sha256:${'a'.repeat(64)}` },
      { id: 'bob', name: 'Bob', principals: ['arn:aws:iam::*:user/bob'], token: `sha256:${'b'.repeat(64)}` },
    ],
  },
});

export const parse = (contents: unknown): SoarConfig => parseConfig(stringify(contents), '/etc/soar/soar.yaml');
