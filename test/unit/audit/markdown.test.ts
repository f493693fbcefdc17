import { describe, expect, it } from 'vitest';
import { duration } from '../../../src/audit/render/words.ts';
import { renderMarkdown } from '../../../src/audit/render/markdown.ts';
import type { RequestRecord } from '../../../src/domain/approval/approval.ts';
import type { IncidentReport } from '../../../src/domain/report/report.ts';
import type { MetCriterion } from '../../../src/domain/severity/assessment.ts';
import { anAlert, times } from '../../support/builders.ts';
import { anAnswer, aReport } from './a-report.ts';

const sectionOf = (markdown: string, title: string): string =>
  markdown.split(`## ${title}\n`)[1]?.split('\n## ')[0] ?? '';

describe('the report in Markdown', () => {
  const markdown = renderMarkdown(aReport());

  it('begins with five sentences that a CISO needs', () => {
    const summary = sectionOf(markdown, 'Summary').trim();
    expect(summary.match(/\.(?= |$)/g)).toHaveLength(5);
    expect(summary).toContain('iam-user mallory started CreateInstanceExportTask');
    expect(summary).toMatch(/, to bucket [a-z-]+\. The verdict/);
    expect(summary).toContain('**unauthorised-export** with severity **high**: export from production');
    expect(summary).toContain('is not known; how long it could be read is not known');
    expect(summary).toContain('Of 1 action, 1 is in place, approved by alice');
    expect(summary).toContain('1 question unanswered and drift found 1 time');
  });

  it('counts the further criteria in its summary, and says what took a level away', () => {
    const { assessment } = aReport();
    const lowers: MetCriterion = { id: 'failed', level: 'lower', criterion: 'the export failed', evidence: [] };
    const more = aReport({ assessment: { ...assessment, met: [...assessment.met, ...assessment.met, lowers] } });
    expect(sectionOf(renderMarkdown(more), 'Summary')).toContain(
      'export from production (and 1 more criterion); one level less: the export failed.',
    );
  });

  it('says each criterion with its evidence, and what could not be established', () => {
    expect(sectionOf(markdown, 'Severity')).toContain('| high | export from production (S57) | tag Environment=prod |');
    expect(sectionOf(markdown, 'Severity')).toContain('Not established: How is the data on the instance classified?');
  });

  it('lists how each alert came, and counts those that are not listed', () => {
    const report = aReport({
      arrivals: [
        { eventId: 'event-1', door: 'elastic', receivedAt: times.received, rule: 'VM export', alertId: 'a-1' },
        { eventId: 'event-1', door: 'eventbridge', receivedAt: times.now },
      ],
      alertsNotListed: 4998,
    });
    const alerts = sectionOf(renderMarkdown(report), 'Alerts');
    expect(alerts).toContain(`| ${times.received} | elastic | VM export | a-1 | event-1 |`);
    expect(alerts).toContain(`| ${times.now} | eventbridge |  |  | event-1 |`);
    expect(alerts).toContain('4998 further alerts came and are not listed.');
  });

  it('of an incident that began before arrivals were recorded has none', () => {
    expect(sectionOf(renderMarkdown(aReport()), 'Alerts')).toContain('None.');
  });

  it('says where the run is sealed once it has closed, where it is', () => {
    const sealed = renderMarkdown(aReport({ sealedAs: 'VMX-ABCDEFGHIJ/bundle-run-1' }));
    expect(sealed).toContain('VMX-ABCDEFGHIJ/bundle-run-1-….tar in the evidence store, once this run has closed');
    expect(markdown).not.toContain('Sealed');
  });

  it('says why an answer is unknown', () => {
    expect(sectionOf(markdown, 'Findings')).toContain('**unknown**');
    expect(sectionOf(markdown, 'Findings')).toContain('Not known because: logging is off');
  });

  it('says who answered, how far it can be trusted and for which time it holds', () => {
    const found = sectionOf(renderMarkdown(aReport({ findings: [anAnswer()] })), 'Findings');
    expect(found).toContain('| CloudTrail<br>confidence medium<br>from 2026-03-02 10:06:00 to 2026-03-02 10:20:00 |');
    // Of a gap, who was asked.
    expect(sectionOf(markdown, 'Findings')).toContain('| S3 access log<br>from');
    expect(sectionOf(markdown, 'Findings')).not.toContain('confidence');
  });

  it('leads to searches, of the whole incident and beside the finding that they help to check', () => {
    const url = 'https://kibana.example/app/discover#/?_a=x';
    const links = [{ title: 'Access key in Kibana', url, findings: ['downloaded'] }];
    const linked = renderMarkdown(aReport({ links }));
    for (const title of ['Links', 'Findings']) {
      expect(sectionOf(linked, title)).toContain(`[Access key in Kibana](${url})`);
    }
    expect(sectionOf(markdown, 'Links').trim()).toMatch(/^None:/);
  });

  it('says of the record which run it is of, and what it continues', () => {
    const record = sectionOf(renderMarkdown(aReport({ predecessor: 'w/1' })), 'Record');
    for (const text of ['| Run | run-1 |', '| Continues | w/1 |', '| Policy digest | policy-1 |']) {
      expect(record).toContain(text);
    }
  });

  it('shows what each action changed, from what to what, and how it is undone', () => {
    const actions = sectionOf(markdown, 'Actions');
    expect(actions).toContain('undo: remove the statement');
    expect(actions).toContain('Before:\n\n```json\nnull\n```');
    expect(actions).toContain('"Sid": "VMXDeny"');
  });

  it('says who was asked, when they were told again, and how it ended', () => {
    const asked: RequestRecord = {
      requestId: 'containment-1-0a1b2c3d',
      phase: 'containment',
      digest: 'd'.repeat(64),
      actions: ['deny-actor'],
      askedAt: times.now,
      dueAt: times.now,
      askedOf: [
        { group: 'on|call', people: ['alice', 'bob'], at: times.now },
        { group: 'carol', people: ['carol'], at: times.now, by: 'alice' },
      ],
      told: [{ at: times.now, what: 'escalated' }],
      outcome: 'replaced',
      settledAt: times.now,
      by: [],
      replacedBy: 'containment-2-0a1b2c3d',
    };
    const markdown = sectionOf(renderMarkdown(aReport({ requests: [asked] })), 'Asked');
    for (const part of ['alice, bob', 'escalated', 'replaced by', 'containment', 'd'.repeat(64)]) {
      expect(markdown).toContain(part);
    }
    expect(markdown).not.toContain('on|call');
    expect(markdown).toContain(`carol (carol) ${times.now}, handed over by alice`);
    expect(markdown.match(/handed over/g)).toHaveLength(1);
    expect(sectionOf(renderMarkdown(aReport()), 'Asked').trim()).toBe('Nobody was asked for anything.');
  });

  it('says who else was told, by whom, and what is still due or too late', () => {
    const dueBy = '2026-03-02T10:15:00.000Z';
    const notices: IncidentReport['notices'] = [
      { id: 'soc', who: 'security operations', status: 'told', at: times.now, by: 'Slack channel C0SOC', dueBy },
      { id: 'legal', who: 'legal', status: 'due', dueBy, instructions: 'call <script>' },
      { id: 'owner', who: 'owner', status: 'failed', why: 'not_in_channel', dueBy: '2026-03-09T00:00:00.000Z' },
    ];
    const markdown = sectionOf(renderMarkdown(aReport({ notices })), 'Others told');
    expect(markdown).toContain('| security operations (soc) | **told** | ');
    expect(markdown).toContain(`| Slack channel C0SOC | ${dueBy} |`);
    expect(markdown).toContain('| legal (legal) | **due**, **overdue** |');
    expect(markdown).toContain('call &lt;script&gt;');
    expect(markdown).toContain('| owner (owner) | **failed** |');
    expect(sectionOf(renderMarkdown(aReport()), 'Others told').trim()).toBe('The policy names nobody else to tell.');
  });

  it('says who decided what, how they were verified, and why others were refused', () => {
    const decisions = sectionOf(markdown, 'Decisions');
    expect(decisions).toContain('| alice | approve | in Slack, signed by the gateway | accepted: quorum reached |');
    expect(decisions).toContain('| mallory | approve | in Temporal UI, not verified | refused: mallory is not');
  });

  it('says of a recheck what never came about, beside what holds', () => {
    const rechecks = [{ at: times.now, result: 'holds' as const, drifted: [], notInPlace: ['deny-actor'] }];
    expect(sectionOf(renderMarkdown(aReport({ rechecks })), 'Rechecks')).toContain(
      '**holds** (not in place: deny-actor)',
    );
  });

  it('says who may have caused a drift and what mending it changes, in a block that it cannot close', () => {
    const drift = sectionOf(markdown, 'Rechecks');
    expect(drift).toContain('PutBucketPolicy at');
    expect(drift).toContain('(event e-1)');
    expect(drift).toContain('````diff\n+ "Sid": "```Deny"\n````');
  });

  it('lists what has to be rotated and what became of it', () => {
    const credentials = sectionOf(markdown, 'Credentials to rotate');
    expect(credentials).toContain('everything else on &lt;b&gt;i-1&lt;/b&gt;');
    expect(credentials).toContain('| **rotated** | a copy left | alice |');
  });

  it('closes with metrics, rechecks, improvements, techniques and references', () => {
    expect(sectionOf(markdown, 'Metrics')).toContain('| Time to containment | 2 h 5 min |');
    expect(sectionOf(markdown, 'Metrics')).toContain('| Time to acknowledgement | 14 min, until alice answered |');
    expect(sectionOf(markdown, 'Review')).toMatch(/- \[ \] Hold the review.*post-incident-review\.md/);
    expect(sectionOf(markdown, 'Rechecks')).toContain('**drift** (deny-export-reads: removed)');
    expect(sectionOf(markdown, 'Improvements')).toContain('switch on access logging');
    expect(markdown).toContain('https://attack.mitre.org/techniques/T1567/002/');
    expect(sectionOf(markdown, 'References')).toContain('https://docs.aws.amazon.com/');
  });

  it('says that it is interim while recovery is watched, and that nothing was changed where nothing was', () => {
    const interim = renderMarkdown(aReport({ closedAt: null, actions: [], decisions: [], findings: [] }));
    expect(sectionOf(interim, 'Summary')).toContain('This is an interim report');
    expect(sectionOf(interim, 'Actions').trim()).toBe('Nothing was changed.');
    expect(sectionOf(interim, 'Decisions').trim()).toBe('Nobody decided anything.');
  });
});

describe('hostile text in a report', () => {
  const hostile =
    '<img src=x onerror=alert(1)> |\n\n# Owned\n```\n[click](https://evil.example) @channel \u001b[2J\u202e';
  const everywhere = (value: unknown): unknown => {
    if (typeof value === 'string') return hostile;
    if (Array.isArray(value)) return value.map(everywhere);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, everywhere(member)]));
  };
  // Every string of the report but those that are the program's own words.
  const report = everywhere(aReport()) as IncidentReport;
  const ownWords = aReport();
  report.metrics = ownWords.metrics;
  const input = report.actions[0]!.input as { act: string };
  input.act = 'editBucketPolicy';
  report.alert.outcome = 'success';
  report.findings[0]!.answer = 'unknown';
  const markdown = renderMarkdown(report);
  const outsideBlocks = markdown.replaceAll(/^(`{3,})(?:json|diff)\n[\s\S]*?\n\1$/gm, '');

  it('brings no HTML, no image, no link and no mention', () => {
    expect(outsideBlocks).not.toMatch(/<(?!br>)/);
    expect(outsideBlocks).not.toMatch(/(?<!\\)@channel/);
    expect(outsideBlocks).not.toMatch(/(?<!\\)\[click/);
    expect(outsideBlocks).not.toMatch(/evil\.example(?<!https\\:\/\/evil\.example)/);
  });

  it('brings no heading, no table cell and no control character of its own', () => {
    expect(markdown).not.toMatch(/^# Owned/m);
    for (const row of outsideBlocks.split('\n').filter((line) => line.startsWith('|'))) {
      expect(row.match(/(?<!\\)\|/g)!.length).toBeLessThanOrEqual(8);
    }
    expect(markdown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('cannot close the block that shows it', () => {
    const blocks = markdown.match(/^`{4,}json$/gm) ?? [];
    expect(blocks.length).toBeGreaterThan(0);
  });

  it('is cut where it is endless', () => {
    const endless = renderMarkdown(aReport({ alert: anAlert({ userAgent: 'A'.repeat(500_000) }) }));
    expect(endless.length).toBeLessThan(20_000);
    expect(endless).toContain('(500000 characters)');
  });
});

describe('durations', () => {
  it.each([
    [null, 'not known'],
    [0, '0 s'],
    [59, '59 s'],
    [60, '1 min'],
    [3_661, '1 h 1 min'],
    [90_000, '1 d 1 h'],
  ])('%s seconds read %s', (seconds, words) => {
    expect(duration(seconds)).toBe(words);
  });
});

describe('related incidents', () => {
  it('are named with what they share, and the burst that they are', () => {
    const related = [{ incidentKey: 'VMX-BBBBBBBBBB', workflowId: 'w', shares: ['principal' as const] }];
    const burst = { lead: 'VMX-BBBBBBBBBB', leadWorkflowId: 'w', size: 9 };
    const told = sectionOf(renderMarkdown(aReport({ related, relatedTotal: 8, burst })), 'Related incidents');
    expect(told).toContain('Part of a burst of 9 incidents, led by VMX-BBBBBBBBBB.');
    expect(told).toMatch(/VMX-BBBBBBBBBB *\| actor/);
    expect(told).toContain('8 in all.');
    expect(sectionOf(renderMarkdown(aReport()), 'Related incidents')).toContain('None.');
  });
});
