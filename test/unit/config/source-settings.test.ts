import { afterEach, describe, expect, it, vi } from 'vitest';
import { responsePolicy } from '../../../src/config/response-policy.ts';
import { sourceSettings } from '../../../src/config/source-settings.ts';
import { leastConfig, parse } from './configuration.ts';

afterEach(() => vi.unstubAllEnvs());

const atlassian = { url: 'https://acme.atlassian.test', email: 'soar@acme.example', token: 'env:TEST_SOAR_SOURCE' };
const connected = {
  ...leastConfig(),
  sources: {
    budget: '90s',
    github: { token: 'env:TEST_SOAR_SOURCE', organisation: 'acme' },
    jira: atlassian,
    confluence: atlassian,
    slack: { token: 'env:TEST_SOAR_SOURCE' },
  },
};
const problems = (contents: unknown): string => {
  try {
    parse(contents);
  } catch (error) {
    return String(error);
  }
  return '';
};

describe('the sources', () => {
  it('are none where none is configured', () => {
    const config = parse(leastConfig());
    expect(sourceSettings(config)).toEqual({ github: null, jira: null, confluence: null, slack: null });
    expect(responsePolicy(config, '111111111111').sources).toEqual({
      connected: [],
      budget: 60_000,
      window: 14 * 86_400_000,
      words: ['export', 'migration'],
      declined: [],
    });
  });

  it('give their keys to the worker, and none of them to the incident', () => {
    vi.stubEnv('TEST_SOAR_SOURCE', 'the-token-of-this-source');
    const config = parse(connected);
    const token = 'the-token-of-this-source';
    expect(sourceSettings(config)).toEqual({
      github: { url: 'https://api.github.com', token, organisation: 'acme' },
      jira: { ...atlassian, token },
      confluence: { ...atlassian, token },
      slack: { token },
    });
    const policy = responsePolicy(config, '111111111111');
    expect(policy.sources).toMatchObject({
      connected: ['github', 'jira', 'confluence', 'slack'],
      budget: 90_000,
      declined: ['Declined', 'Rejected', "Won't Do"],
    });
    expect(JSON.stringify(policy)).not.toMatch(/token|atlassian/);
  });

  it.each([
    ['http://acme.atlassian.test', 'must begin with https://'],
    ['https://user@acme.atlassian.test', 'without user name or password'],
  ])('are not asked at %s', (url, message) => {
    expect(problems({ ...connected, sources: { jira: { ...atlassian, url } } })).toContain(message);
  });

  it('take no words that would ask something else', () => {
    expect(problems({ ...connected, sources: { words: ['export" OR project = "HR'] } })).toContain('words');
  });
});

describe('the identity map', () => {
  it('says who a principal is elsewhere', () => {
    const person = { principals: ['arn:aws:iam::*:user/alice'], name: 'Alice', github: 'alice', slack: 'U012AB3CD' };
    expect(parse({ ...leastConfig(), identityMap: [person] }).identityMap).toEqual([person]);
  });

  it('takes no handle that would ask something else', () => {
    const person = { principals: ['arn:aws:iam::*:user/alice'], name: 'Alice', jira: '1" OR reporter != "1' };
    expect(problems({ ...leastConfig(), identityMap: [person] })).toContain('identityMap[0].jira');
  });
});
