import { describe, expect, it } from 'vitest';
import { ConfigInvalid } from '../../../src/config/config-invalid.ts';
import { responsePolicy } from '../../../src/config/response-policy.ts';
import { leastConfig, parse } from './configuration.ts';

const notice = { id: 'legal', who: 'legal and privacy', phase: 'validation', detail: 'summary' };
const slack = { botToken: 'env:A', appToken: 'env:B', channel: 'C012AB3CD' };
const problemsOf = (notices: object[], rest: object = {}): string => {
  try {
    parse({ ...leastConfig(), ...rest, notices });
    return '';
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigInvalid);
    return (error as Error).message;
  }
};

describe('notices in the configuration', () => {
  it('are frozen into the policy of an incident, their clock in milliseconds', () => {
    const config = parse({ ...leastConfig(), notices: [{ ...notice, within: '72h', instructions: 'call them' }] });
    expect(responsePolicy(config, '111111111111').notices).toEqual([
      { ...notice, within: 72 * 3_600_000, instructions: 'call them' },
    ]);
    expect(responsePolicy(parse(leastConfig()), '111111111111').notices).toEqual([]);
  });

  it('need a channel with Slack, or instructions for a person', () => {
    expect(problemsOf([notice])).toContain('notices[0].instructions');
    expect(problemsOf([{ ...notice, channel: 'C012AB3CD' }])).toContain('notices[0].instructions');
    expect(problemsOf([{ ...notice, channel: 'C012AB3CD' }], { slack })).toBe('');
    expect(problemsOf([{ ...notice, instructions: 'call them' }])).toBe('');
  });

  it('are refused where nobody could follow them', () => {
    const instructions = 'call them';
    expect(problemsOf([{ ...notice, instructions, phase: 'post-incident' }])).toContain('notices[0].phase');
    expect(problemsOf([{ ...notice, instructions, verdicts: [] }])).toContain('notices[0].verdicts');
    expect(problemsOf([{ ...notice, instructions, within: 'soon' }])).toContain('notices[0].within');
    expect(
      problemsOf([
        { ...notice, instructions },
        { ...notice, instructions },
      ]),
    ).toContain('notices[1].id');
  });
});
