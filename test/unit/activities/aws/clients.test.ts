import { describe, expect, it } from 'vitest';
import { awsClients } from '../../../../activities/aws/clients.ts';

const settings = {
  purpose: 'observe' as const,
  endpoint: 'http://127.0.0.1:1',
  forcePathStyle: true,
  accounts: [{ id: '111111111111', roles: { observe: 'arn:aws:iam::111111111111:role/o', contain: 'arn:c' } }],
};
const clients = awsClients(settings);

describe('AWS clients', () => {
  it('are made once per system, account and Region', () => {
    const place = { accountId: '111111111111', region: 'eu-west-1' };
    expect(clients.s3(place)).toBe(clients.s3({ ...place }));
    expect(clients.s3(place)).not.toBe(clients.s3({ ...place, region: 'us-east-1' }));
  });

  it('refuse an account that is not in the configuration, for good', () => {
    expect(() => clients.ec2({ accountId: '123', region: 'eu-west-1' })).toThrow(
      expect.objectContaining({
        type: 'AwsAccessDenied',
        nonRetryable: true,
        message: expect.stringContaining('account 123 is not in the configuration') as string,
      }) as Error,
    );
  });

  it('leave retries to Temporal, except for a page of a lookup, and all of them where they act', async () => {
    const place = { accountId: '111111111111', region: 'eu-west-1' };
    expect(await clients.s3(place).config.maxAttempts()).toBe(2);
    expect(await clients.cloudtrail(place).config.maxAttempts()).toBe(5);
    expect(
      await awsClients({ ...settings, purpose: 'contain' })
        .s3(place)
        .config.maxAttempts(),
    ).toBe(1);
  });
});
