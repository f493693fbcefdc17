import { afterEach, describe, expect, it, vi } from 'vitest';
import { ConfigInvalid } from '../../../src/config/config-invalid.ts';
import { pagerSettings } from '../../../src/config/pager-settings.ts';
import { responsePolicy } from '../../../src/config/response-policy.ts';
import { leastConfig, parse } from './configuration.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const withPager = (pager: object = {}, others: object = {}) => ({
  ...leastConfig(),
  ...others,
  pager: { routingKey: 'env:TEST_SOAR_PAGER', ...pager },
});

describe('the pager in the configuration', () => {
  it('is none where none is configured', () => {
    expect(pagerSettings(parse(leastConfig()), 'soar')).toBeNull();
    expect(responsePolicy(parse(leastConfig()), '111111111111').approvals).not.toHaveProperty('pageAfter');
  });

  it('is PagerDuty where nothing else is said; an incident freezes when, and no key', () => {
    vi.stubEnv('TEST_SOAR_PAGER', 'the-routing-key-of-these-tests');
    const approvals = { ...leastConfig().approvals, pageAfter: '1h', times: { high: { pageAfter: '5m' } } };
    const config = parse(withPager({}, { approvals, temporal: { uiUrl: 'https://temporal.test' } }));
    const settings = pagerSettings(config, 'soar');
    expect(settings).toMatchObject({
      url: 'https://events.pagerduty.com',
      routingKey: 'the-routing-key-of-these-tests',
    });
    expect(settings?.linkTo('a/b')).toBe('https://temporal.test/namespaces/soar/workflows/a%2Fb');
    const policy = responsePolicy(config, '111111111111');
    expect(policy.approvals).toMatchObject({ pageAfter: 3_600_000, times: { high: { pageAfter: 300_000 } } });
    expect(JSON.stringify(policy)).not.toMatch(/the-routing-key|TEST_SOAR_PAGER/);
  });

  it.each(['https://events.eu.pagerduty.com', 'http://127.0.0.1:8080', 'http://localhost:8080', 'http://[::1]:8080'])(
    'may be at %s',
    (url) => {
      expect(parse(withPager({ url })).pager?.url).toBe(url);
    },
  );

  it.each([
    'http://events.pagerduty.com',
    'http://127.0.0.1.example',
    'http://localhost.example:8080',
    'http://10.0.0.1',
    'ftp://127.0.0.1',
  ])('is not at %s', (url) => {
    expect(() => parse(withPager({ url }))).toThrow(ConfigInvalid);
  });
});
