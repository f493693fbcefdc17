import { describe, expect, it } from 'vitest';
import { awsSettings, trailSettings } from '../../../src/config/aws-settings.ts';
import { leastConfig, parse } from './configuration.ts';

const roleArn = (name: string) => `arn:aws:iam::111111111111:role/${name}`;
const withDetect = (detect: string) => {
  const { accounts, ...rest } = leastConfig();
  return { ...rest, accounts: accounts.map((account) => ({ ...account, roles: { ...account.roles, detect } })) };
};
const observeRoles = ({ accounts }: ReturnType<typeof trailSettings>) => accounts.map(({ roles }) => roles.observe);

describe('the role under which the detect worker reads CloudTrail', () => {
  it('is its own where the account has one, and only there', () => {
    const config = parse(withDetect(roleArn('soar-detect')));
    expect(observeRoles(trailSettings(config))).toEqual([roleArn('soar-detect')]);
    expect(observeRoles(awsSettings(config, 'observe'))).toEqual([roleArn('soar-observe')]);
    expect(observeRoles(trailSettings(parse(leastConfig())))).toEqual([roleArn('soar-observe')]);
  });

  it('is never the one that acts, nor one of another account', () => {
    expect(() => parse(withDetect(roleArn('soar-contain')))).toThrow('must be another role than contain');
    expect(() => parse(withDetect('arn:aws:iam::999999999999:role/soar-detect'))).toThrow('must be a role of account');
  });
});
