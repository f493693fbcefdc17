import { afterEach, describe, expect, it, vi } from 'vitest';
import { kibanaSettings } from '../../../src/config/kibana-settings.ts';
import { responsePolicy } from '../../../src/config/response-policy.ts';
import { leastConfig, parse } from './configuration.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('Kibana in the configuration', () => {
  const withKibana = { ...leastConfig(), kibana: { url: 'https://kibana.test', apiKey: 'env:TEST_SOAR_KIBANA' } };

  it('is nobody that is told anything when it is absent', () => {
    expect(kibanaSettings(parse(leastConfig()), 'soar')).toBeNull();
    expect(responsePolicy(parse(leastConfig()), '111111111111').detectors).toEqual({ kibana: false });
  });

  it('is told in its default space, without cases, and what an incident freezes of it holds no key', () => {
    vi.stubEnv('TEST_SOAR_KIBANA', 'the-key-of-this-kibana');
    const config = parse(withKibana);
    expect(kibanaSettings(config, 'soar')).toMatchObject({
      url: 'https://kibana.test',
      apiKey: 'the-key-of-this-kibana',
      space: 'default',
      cases: false,
    });
    const policy = responsePolicy(config, '111111111111');
    expect(policy.detectors).toEqual({ kibana: true });
    expect(policy.links?.kibana).toEqual({ url: 'https://kibana.test', space: 'default' });
    expect(JSON.stringify(policy)).not.toMatch(/the-key-of-this-kibana|TEST_SOAR_KIBANA/);
  });

  it('gets links where Temporal UI has an address, and none elsewhere', () => {
    vi.stubEnv('TEST_SOAR_KIBANA', 'the-key-of-this-kibana');
    const linked = parse({ ...withKibana, temporal: { uiUrl: 'https://temporal.test' } });
    expect(kibanaSettings(linked, 'soar')?.linkTo('a/b')).toBe('https://temporal.test/namespaces/soar/workflows/a%2Fb');
    expect(kibanaSettings(parse(withKibana), 'soar')?.linkTo('a/b')).toBeNull();
  });
});
