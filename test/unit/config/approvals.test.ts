import { describe, expect, it } from 'vitest';
import { authorisationRules } from '../../../src/config/approver-directory.ts';
import { ConfigInvalid } from '../../../src/config/config-invalid.ts';
import { responsePolicy } from '../../../src/config/response-policy.ts';
import { leastConfig, parse } from './configuration.ts';

const slack = { botToken: 'env:TEST_SLACK', appToken: 'env:TEST_SLACK_APP', channel: 'C012AB3CD' };
const pager = { routingKey: 'env:TEST_PAGER' };
const groups = [
  { id: 'security', members: ['alice', 'bob'] },
  { id: 'platform', members: ['bob'] },
];
const withApprovals = (changes: object, others: object = {}) => ({
  ...leastConfig(),
  ...others,
  approvals: { ...leastConfig().approvals, groups, ...changes },
});
const rule = (changes: object) => ({ rules: [{ id: 'r', approve: ['security'], ...changes }] });

function problems(changes: object, others: object = {}): string[] {
  try {
    parse(withApprovals(changes, others));
    return [];
  } catch (error) {
    if (error instanceof ConfigInvalid) return error.problems.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
}

describe('the approvals of a configuration', () => {
  it('hold nothing but the list and a quorum where nothing else is said', () => {
    expect(responsePolicy(parse(leastConfig()), '111111111111').approvals).toEqual({
      remindAfter: 900_000,
      escalateAfter: 1_800_000,
      dueAfter: 14_400_000,
      times: {},
      quorum: { reversible: 1, irreversible: 2 },
      rules: [],
      escalation: [],
      preApproved: [],
      notOwner: false,
    });
  });

  it.each<[string, object]>([
    ['rules', rule({ actions: ['deny-actor', 'cancel-export'], severities: ['high'], quorum: 2 })],
    ['a rule for everybody', rule({ approve: ['everybody'] })],
    ['pre-approved kinds', { preApproved: ['copy-to-forensics'], neverAutomatic: ['deny-actor'] }],
    [
      'hours in a time zone',
      { escalation: [{ group: 'security', hours: { fromHour: 8, toHour: 17, timeZone: 'Europe/Berlin' } }] },
    ],
    ['an order of escalation', { escalation: [{ group: 'security', hours: { fromHour: 8, toHour: 17 } }] }],
    ['a time to page', { pageAfter: '1h', times: { high: { pageAfter: '1m' } } }],
    ['times by severity', { times: { high: { remindAfter: '5m', escalateAfter: '10m' } } }],
  ])('may hold %s', (_, changes) => {
    expect(problems(changes, { pager })).toEqual([]);
  });

  it.each<[string, object, RegExp]>([
    [
      'a member who is no approver',
      { groups: [{ id: 'g', members: ['eve'] }] },
      /^approvals\.groups\[0\]\.members\[0\]/,
    ],
    ['a group of nobody', { groups: [{ id: 'g' }] }, /^approvals\.groups\[0\]\.members: must name at least one/],
    ['a group twice', { groups: [groups[0], groups[0]] }, /^approvals\.groups\[1\]\.id: is used twice/],
    ['a group called everybody', { groups: [{ id: 'everybody', members: ['bob'] }] }, /always there/],
    [
      'a Slack group without Slack',
      { groups: [{ id: 'g', slackGroup: 'S012AB3CD' }] },
      /^approvals\.groups\[0\]\.slackGroup: needs the section slack/,
    ],
    [
      'a rule for a group that is none',
      rule({ approve: ['others'] }),
      /must be one of the groups: everybody, security/,
    ],
    ['a rule called default', rule({ id: 'default' }), /^approvals\.rules\[0\]\.id/],
    ['a rule about no kind of action', rule({ actions: ['delete-everything'] }), /must be one of deny-export-reads, /],
    [
      'a quorum that its groups cannot reach',
      rule({ approve: ['platform'], actions: ['deny-actor'], quorum: 2 }),
      /^approvals\.rules\[0\]\.quorum: can never be reached: its groups hold 1 approver\(s\), and it takes 2$/,
    ],
    [
      'too few people for what cannot be undone',
      rule({ approve: ['platform'], actions: ['cancel-export'] }),
      /it takes 2 \(quorum\.irreversible/,
    ],
    ['an escalation to nobody', { escalation: [{ group: 'others' }] }, /^approvals\.escalation\[0\]\.group/],
    ...['Europe/Atlantis', '+02:00', 'UTC+2', '', 'Europe/Berlin\n', '../etc'].map(
      (timeZone): [string, object, RegExp] => [
        `hours in ${JSON.stringify(timeZone)}`,
        { escalation: [{ group: 'security', hours: { fromHour: 8, toHour: 17, timeZone } }] },
        /^approvals\.escalation\[0\]\.hours\.timeZone: must be a time zone of the IANA database, such as Europe\/Berlin$/,
      ],
    ),
    ['an escalation that repeats', { escalation: [{ group: 'security' }, { group: 'security' }] }, /is used twice/],
    [
      'times of a severity that do not fit the others',
      { times: { high: { dueAfter: '20m' } } },
      /^approvals\.times\.high\.dueAfter: must not come before escalateAfter/,
    ],
    ['a time to page and nobody to page', { pageAfter: '1h' }, /^approvals\.pageAfter: needs the section pager/],
    [
      'a time to page at a severity and nobody to page',
      { times: { low: { pageAfter: '1h' } } },
      /^approvals\.times\.low\.pageAfter: needs the section pager/,
    ],
    [
      'a group of the name of an approver',
      { groups: [{ id: 'alice', members: ['bob'] }] },
      /^approvals\.groups\[0\]\.id: is the id of an approver/,
    ],
    [
      'a pre-approved kind that is none',
      { preApproved: ['everything'] },
      /^approvals\.preApproved\[0\]: must be one of/,
    ],
    ['something irreversible pre-approved', { preApproved: ['cancel-export'] }, /cannot be undone, so people/],
    [
      'a pre-approved kind that its content does not tell',
      { preApproved: ['narrow-permission'] },
      /cannot be told from other changes by its content; allowed here: deny-export-reads, /,
    ],
    [
      'a pre-approved kind that is never automatic',
      { preApproved: ['deny-actor'], neverAutomatic: ['deny-actor'] },
      /^approvals\.preApproved\[0\]: is in neverAutomatic/,
    ],
  ])('must not hold %s', (_, changes, expected) => {
    expect(problems(changes)).toContainEqual(expect.stringMatching(expected));
  });

  it('takes a rule whose people only Slack knows', () => {
    const unknown = { groups: [{ id: 'security', slackGroup: 'S012AB3CD' }], ...rule({ quorum: 2 }) };
    expect(() => parse(withApprovals(unknown, { slack }))).not.toThrow();
  });
});

describe('the contain worker', () => {
  const own = authorisationRules(
    parse(
      withApprovals(
        {
          approvers: leastConfig().approvals.approvers.map((person) =>
            person.id === 'bob' ? { ...person, slack: 'U012AB3CD' } : person,
          ),
          groups: [
            { id: 'security', members: ['alice'] },
            { id: 'on-call', slackGroup: 'S012AB3CD' },
          ],
          preApproved: ['deny-actor'],
        },
        { slack },
      ),
    ),
  );

  it('goes by its own configuration', () => {
    expect(own).toMatchObject({
      approvers: { rules: [], quorum: { reversible: 1, irreversible: 2 } },
      preApproval: { preApproved: ['deny-actor'], forensics: null, monitoring: null },
      accounts: [{ id: '111111111111', environment: 'mixed', sensitivity: 'medium' }],
    });
  });

  it('counts whoever could be in a Slack group, for it cannot ask Slack, and nobody more', () => {
    expect(own.directory.groups).toEqual([
      { id: 'security', members: ['alice'] },
      { id: 'on-call', members: ['bob'] },
    ]);
  });
});
