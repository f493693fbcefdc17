import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../../src/audit/render/html.ts';
import { renderMarkdown } from '../../../src/audit/render/markdown.ts';
import type { RequestRecord } from '../../../src/domain/approval/approval.ts';
import type { IncidentReport } from '../../../src/domain/report/report.ts';
import { ids, times } from '../../support/builders.ts';
import { anAction, anAnswer, aReport } from './a-report.ts';

/** What a reader sees of a part of the page. */
const sectionOf = (page: string, id: string): string =>
  (page.split(`<section id="${id}"`)[1]?.split('</section>')[0] ?? '')
    .replaceAll(/<title.*?<\/title>|<desc.*?<\/desc>/gs, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');

const aRequest = (changes: Partial<RequestRecord> = {}): RequestRecord => ({
  requestId: 'r1',
  phase: 'containment',
  digest: 'd'.repeat(64),
  actions: ['deny-export-reads'],
  askedAt: times.received,
  dueAt: times.now,
  askedOf: [{ group: 'on-call', people: ['alice', 'bob'], at: times.received }],
  told: [{ at: times.now, what: 'escalated' }],
  outcome: 'approved',
  settledAt: times.now,
  by: ['alice'],
  ...changes,
});

describe('the report as a page', () => {
  const page = renderHtml(aReport({ requests: [aRequest()] }));

  it('begins with five sentences, the verdict and the severity', () => {
    const [, lead = ''] = /<p class="lead">(.*?)<\/p>/s.exec(page) ?? [];
    expect(lead.trim().match(/\.(?= |$)/g)).toHaveLength(5);
    expect(lead).toContain('<strong>unauthorised-export</strong> with severity <strong>high</strong>');
    expect(page).toContain('<span class="badge bad">severity high</span>');
  });

  it('leads from its contents to every part', () => {
    const targets = [...page.matchAll(/<nav[\s\S]*?<\/nav>/g)].flatMap(([nav]) =>
      [...nav.matchAll(/href="#([\w-]+)"/g)].map(([, id]) => id),
    );
    expect(targets.length).toBeGreaterThan(12);
    for (const id of targets) expect(page).toContain(`<section id="${id}"`);
  });

  it('has no two elements of one id, and no anchor that leads nowhere', () => {
    const found = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(found).toEqual([...new Set(found)]);
    const anchors = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    expect(anchors.filter((id) => !found.includes(id))).toEqual([]);
  });

  it('says the figures, with who took it up and when', () => {
    const summary = sectionOf(page, 'summary');
    expect(summary).toContain('Time to detection 5 min');
    expect(summary).toContain('Time to acknowledgement 14 min from the first alert until alice answered');
    expect(summary).toContain('Time to containment 2 h 5 min');
    expect(summary).toContain('Exposure not known');
    expect(summary).toContain('Read outside the organisation unknown');
  });

  it('gives each criterion the finding and the numbered documents that it goes back to', () => {
    const read = { id: 'S122', level: 'high', criterion: 'read outside', evidence: ['by mallory'] } as const;
    const { assessment } = aReport();
    const report = aReport({
      assessment: { ...assessment, met: [...assessment.met, { ...read, evidence: ['by mallory'] }] },
    });
    const both = renderHtml(report);
    expect(sectionOf(both, 'severity')).toMatch(/high read outside \(S122\) by mallory Was the image downloaded\? E1/);
    expect(both).toContain('<a href="#finding-downloaded">Was the image downloaded?</a>');
    expect(sectionOf(both, 'evidence')).toContain('E1 stored document s3://evidence/x.json SHA-256 abc');
    // Nothing was kept of what the other says: its own words are no evidence.
    expect(sectionOf(both, 'severity')).toMatch(/high export from production \(S57\) tag Environment=prod high/);
    expect(sectionOf(both, 'severity')).toContain(
      'Not established: How is the data on the instance classified? Unknown never lowers',
    );
  });

  it('gives a criterion that several findings can meet the one that does', () => {
    const open = { id: 'S59', level: 'high', criterion: 'outside', evidence: ['image ami-1 is shared'] } as const;
    const findings = [
      anAnswer({ id: 'bucket-access', question: 'Does the bucket let anybody in?', answer: 'no' }),
      anAnswer({ id: 'bucket-owner', question: 'Is the bucket our own?', answer: 'yes' }),
      anAnswer({ id: 'copies-shared', question: 'Is a copy shared?', answer: 'yes' }),
    ];
    const assessment = { ...aReport().assessment, met: [{ ...open, evidence: [...open.evidence] }] };
    const severity = sectionOf(renderHtml(aReport({ assessment, findings })), 'severity');
    expect(severity).toContain('image ami-1 is shared Is a copy shared?');
    expect(severity).not.toMatch(/Does the bucket let|our own/);
  });

  it('says when in words that people read', () => {
    const at = anAnswer({
      detail: 'PutBucketPolicy at 2026-03-02T10:00:00.123Z by alice; not-2026-03-02T10:00:00Zulu',
    });
    expect(sectionOf(renderHtml(aReport({ findings: [at] })), 'findings')).toContain(
      'PutBucketPolicy at 2026-03-02 10:00:00 by alice; not-2026-03-02T10:00:00Zulu',
    );
  });

  it('says what is not known before what is, with the reason and the stored document', () => {
    expect(sectionOf(page, 'findings')).toMatch(
      /1 question of 1 could not be answered.*Was the image downloaded\? S73 logging is off from 2026-03-02 10:06:00 to 2026-03-02 10:20:00 S3 access log E\d/,
    );
    expect(sectionOf(page, 'evidence')).toContain('stored document s3://evidence/x.json SHA-256 abc');
  });

  it('says who answered, how far it can be trusted and for which time it holds', () => {
    expect(sectionOf(renderHtml(aReport({ findings: [anAnswer()] })), 'findings')).toMatch(
      /no nothing between then and now from 2026-03-02 10:06:00 to 2026-03-02 10:20:00 CloudTrail confidence medium/,
    );
  });

  it('shows what each action changed, line by line, who approved it and how it is undone', () => {
    const actions = sectionOf(page, 'actions');
    expect(actions).toContain('Deny reads of the export');
    expect(actions).toContain('Approved by alice, request r1');
    expect(actions).toContain('Undo remove the statement');
    expect(page).toMatch(/<ins>\+ .*VMXDeny/);
    expect(actions).toContain('Not done Nothing that the playbook names was left out.');
    expect(actions).toContain('Beyond the playbook What Why Delete the original the copy is not verified');
  });

  it('shows of a bucket policy the whole document, what stays and what goes', () => {
    const keep = { Sid: 'Keep', Effect: 'Allow' } as const;
    const gone = { Sid: 'Gone', Effect: 'Allow' } as const;
    const action = anAction();
    const input = { ...action.input, before: { Version: '2012-10-17', Statement: [keep, gone] }, remove: [gone] };
    const changed = renderHtml(aReport({ actions: [{ ...action, input } as typeof action] }));
    expect(changed).toContain('<span>  statement Keep: unchanged</span>');
    expect(changed).toMatch(/<del>- .*Gone/);
  });

  it('lists a proved copy as evidence, with its hash and custody record', () => {
    const copy = anAction({
      id: 'copy-to-forensics',
      observed: { sha256: 'f'.repeat(64), custody: 's3://forensics/copy.custody.json' },
      input: {
        act: 'copyExport',
        incidentKey: ids.incidentKey,
        accountId: ids.account,
        region: ids.region,
        source: { bucket: ids.bucket, key: ids.key, size: 1, etag: 'e' },
        destination: { accountId: ids.forensicsAccount, region: ids.region, bucket: 'forensics', key: 'copy' },
      },
    });
    const evidence = sectionOf(renderHtml(aReport({ actions: [copy] })), 'evidence');
    expect(evidence).toContain(`copy of the image s3://forensics/copy SHA-256 ${'f'.repeat(64)}`);
    expect(evidence).toContain('custody record of the copy s3://forensics/copy.custody.json');
  });

  it('says who decided, how they were verified, and why others did not count', () => {
    const decisions = sectionOf(page, 'decisions');
    expect(decisions).toContain('alice approve r1 in Slack, signed by the gateway accepted quorum reached');
    expect(decisions).toContain('mallory approve r1 in Temporal UI, not verified refused mallory is not on the list');
  });

  it('says who was asked and told, when, and who still has to be', () => {
    const dueBy = '2026-03-02T10:15:00.000Z';
    const notices: IncidentReport['notices'] = [
      { id: 'soc', who: 'security operations', status: 'told', at: times.now, by: 'Slack channel C0SOC' },
      { id: 'legal', who: 'legal', status: 'due', dueBy, instructions: 'call <them>' },
    ];
    const told = sectionOf(renderHtml(aReport({ requests: [aRequest()], notices })), 'told');
    expect(told).toContain('on-call (alice, bob) 2026-03-02 10:06:00 escalated 2026-03-02 10:20:00 approved by alice');
    expect(told).toContain('security operations soc told 2026-03-02 10:20:00 Slack channel C0SOC');
    expect(told).toContain('legal legal due overdue – – 2026-03-02 10:15:00 call &lt;them&gt;');
  });

  it('has the results of rechecks, the improvements by what they are for, and the open tasks', () => {
    expect(sectionOf(page, 'rechecks')).toContain('drift deny-export-reads: removed');
    const improvements = ['Enforce ownership (S124).', 'Grant less (S125).', 'Log more (S126).', 'Something else.'];
    expect(sectionOf(renderHtml(aReport({ improvements })), 'improvements')).toMatch(
      /Prevent the next export S124 Enforce ownership \(S124\)\. Finer permissions S125 Grant less .* See it sooner S126 Log more .* Others Something else\./,
    );
    expect(sectionOf(page, 'review')).toContain('☐ Hold the review');
    expect(sectionOf(page, 'review')).toContain('docs/procedures/post-incident-review.md');
  });

  it('lists how each alert came, what other incidents share, and the burst that they are', () => {
    const report = aReport({
      arrivals: [
        { eventId: 'event-1', door: 'elastic', receivedAt: times.received, rule: 'VM export', alertId: 'a-1' },
        { eventId: 'event-1', door: 'eventbridge', receivedAt: times.now },
      ],
      alertsNotListed: 4998,
      related: [{ incidentKey: 'VMX-BBBBBBBBBB', workflowId: 'w', shares: ['accessKey', 'instance'] }],
      relatedTotal: 8,
      burst: { lead: 'VMX-BBBBBBBBBB', leadWorkflowId: 'w', size: 9 },
    });
    const alerts = sectionOf(renderHtml(report), 'alerts');
    expect(alerts).toContain('2026-03-02 10:06:00 elastic VM export a-1 event-1');
    expect(alerts).toContain('2026-03-02 10:20:00 eventbridge – – event-1');
    expect(alerts).toContain('4998 further alerts came and are not listed.');
    expect(alerts).toContain('Part of a burst of 9 incidents, led by VMX-BBBBBBBBBB.');
    expect(alerts).toContain('VMX-BBBBBBBBBB access key, instance');
    expect(alerts).toContain('8 in all.');
  });

  it('leads to searches, of the whole incident and beside the finding that they help to check', () => {
    const url = 'https://kibana.example/app/discover#/?_a=x';
    const links = [{ title: 'Access key in Kibana', url, findings: ['downloaded'] }];
    const linked = renderHtml(aReport({ links }));
    const anchor = new RegExp(`<a href="${url.replaceAll(/[?/.]/g, '\\$&')}"[^>]*>Access key in Kibana</a>`, 'g');
    for (const id of ['links', 'findings']) {
      const part = linked.split(`<section id="${id}"`)[1]?.split('</section>')[0] ?? '';
      expect([id, part.match(anchor)?.length]).toEqual([id, 1]);
    }
    expect(sectionOf(linked, 'links')).toContain('alice: called the owner');
  });

  it('says of the record which run it is of, what it continues, and where it is sealed', () => {
    const sealedAs = 'VMX-ABCDEFGHIJ/bundle-run-1';
    const record = sectionOf(renderHtml(aReport({ predecessor: 'w/1', sealedAs })), 'record');
    for (const text of ['Run run-1', 'Continues w/1', 'Policy digest policy-1', `as ${sealedAs}-….tar`, 'event-2']) {
      expect(record).toContain(text);
    }
    expect(record).toContain('triage alert export started');
  });

  it('says of drift who may have caused it and what putting it back changes', () => {
    const cause = { eventId: 'event-9', eventName: 'PutBucketAcl', time: times.now, principalArn: ids.userArn };
    const change = [{ mark: '-' as const, text: 'grant <of mallory>' }];
    const drifted = [{ id: 'deny-export-reads', detail: 'removed', causes: [cause], change }];
    const drift = renderHtml(aReport({ rechecks: [{ at: times.now, result: 'drift', drifted }] }));
    expect(sectionOf(drift, 'rechecks')).toContain(`Perhaps by: PutBucketAcl at ${times.now} by ${ids.userArn}`);
    expect(drift).toContain('<del>- grant &lt;of mallory&gt;</del>');
  });

  it('says of a recheck what never came about, beside what holds', () => {
    const rechecks = [{ at: times.now, result: 'holds' as const, drifted: [], notInPlace: ['deny-actor'] }];
    expect(sectionOf(renderHtml(aReport({ rechecks })), 'rechecks')).toContain(
      'holds deny-actor: had failed, not in place',
    );
  });

  it('lists what has to be rotated until somebody says that it is done', () => {
    const credentials: IncidentReport['credentials'] = [
      { id: 'machine', what: 'everything else', why: 'a copy of the disk left', status: 'open' },
      { id: 'key/1', what: 'a key', why: 'used', status: 'rotated', by: 'alice', at: times.now, note: 'new one' },
    ];
    const page = renderHtml(aReport({ credentials }));
    expect(sectionOf(page, 'credentials')).toContain('everything else machine open a copy of the disk left – – –');
    expect(sectionOf(page, 'credentials')).toContain('a key key/1 rotated used alice 2026-03-02 10:20:00 new one');
    expect(sectionOf(page, 'review')).toContain('Rotate everything else, and record it: soar incident rotated');
    expect(sectionOf(page, 'review')).not.toContain('a key');
  });

  it('maps to ATT&CK what findings show, and says of the rest that they do not', () => {
    const shown = aReport();
    shown.findings.push({ ...shown.findings[0]!, id: 'outcome', answer: 'yes' });
    const attack = sectionOf(renderHtml(shown), 'attack');
    const order = (page: string) => [...page.matchAll(/\bT\d{4}(?:\.\d{3})? [A-Z]/g)].map(([id]) => id);
    expect(order(attack).length).toBeGreaterThan(4);
    const [, inMarkdown = ''] = renderMarkdown(shown).split('## MITRE ATT&amp;CK');
    const rows = (inMarkdown.split('\n## ')[0] ?? '').replaceAll(/\]\(.*?\)/g, '');
    expect(order(rows)).toEqual(order(attack));
    expect(rows).toContain('| 1 | [T1537 Transfer Data');
    expect(attack).toContain('1 T1537 Transfer Data to Cloud Account TA0010 Exfiltration Was the image downloaded?');
    expect(attack).toContain(
      'T1119 Automated Collection TA0009 Collection the kind of incident; no finding shows it here',
    );
  });

  it('says that it is interim while recovery is watched, and what an undo undoes', () => {
    expect(renderHtml(aReport({ closedAt: null }))).toContain('interim report');
    const undo = renderHtml(aReport({ undoes: 'ec2-vm-export/1/eu-west-1/x' }));
    expect(undo).toContain('Report of an undo');
    expect(sectionOf(undo, 'summary')).toContain('an incident that has closed');
  });

  it('of an incident in which nothing happened is a page all the same', () => {
    const nothing = aReport({
      ...{ phases: [], findings: [], decisions: [], actions: [], notPlanned: [], rechecks: [], improvements: [] },
      ...{ timeline: [], notes: [], eventIds: [], assessment: { severity: 'low', met: [], unknown: [] } },
    });
    expect(sectionOf(renderHtml(nothing), 'actions')).toContain('Nothing was changed.');
    expect(sectionOf(renderHtml(nothing), 'decisions')).toContain('Nobody decided anything.');
  });
});

describe('the policy of the page', () => {
  const page = renderHtml(aReport());

  it('lets a browser load nothing and apply this style alone', () => {
    const [, style = ''] = /<style>(.*)<\/style>/s.exec(page) ?? [];
    const hash = createHash('sha256').update(style).digest('base64');
    expect(page.replaceAll('&#39;', "'")).toContain(
      `content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'"`,
    );
  });

  it('is not asked for more: no script, no style of an element, nothing from outside', () => {
    expect(page).not.toMatch(/<(script|link|img|iframe|object|form|input)\b/);
    expect(page).not.toMatch(/ (style|on\w+)=/);
    expect(page).not.toMatch(/url\(|@import/);
  });
});

it('does not colour as good that no read was found, which logs that are late cannot carry', () => {
  const tile = (accessedOutsideOrganisation: 'yes' | 'no' | 'unknown') =>
    /class="tile (\w+)"[^>]*>\s*<dt>Read outside/.exec(
      renderHtml(aReport({ metrics: { ...aReport().metrics, accessedOutsideOrganisation } })),
    )?.[1];
  expect([tile('yes'), tile('no'), tile('unknown')]).toEqual(['bad', 'plain', 'warn']);
});

describe('hostile text in a page', () => {
  const hostile = `"><img src=x onerror=alert(1)><script>alert(2)</script>' onmouseover='x' javascript:alert(3) </style></title> \u001b[2J\u202e`;
  const everywhere = (value: unknown): unknown => {
    if (typeof value === 'string') return hostile;
    if (Array.isArray(value)) return value.map(everywhere);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, everywhere(member)]));
  };
  const own = aReport({ requests: [aRequest()], links: [{ title: 'x', url: 'javascript:alert(1)', findings: [] }] });
  const report = everywhere(own) as IncidentReport;
  // The program's own words, which it switches on.
  report.metrics = own.metrics;
  report.alert.outcome = 'success';
  report.verdict = 'unauthorised-export';
  report.assessment.severity = 'high';
  report.assessment.met[0]!.level = 'high';
  report.actions[0]!.status = 'applied';
  (report.actions[0]!.input as { act: string }).act = 'editBucketPolicy';
  report.rechecks[0]!.result = 'drift';
  const page = renderHtml(report);

  it('brings no element, no attribute and no link of its own', () => {
    const elements = new Set([...page.matchAll(/<([a-z][\w-]*)/gi)].map(([, name]) => name));
    for (const name of ['img', 'script', 'iframe']) expect(elements).not.toContain(name);
    for (const [tag] of page.matchAll(/<[a-z][^>]*>/gi)) {
      expect(tag).not.toMatch(/href="(?!#|https?:)/);
      // Outside the quotes of its values.
      expect(tag.replaceAll(/"[^"]*"/g, '')).not.toMatch(/ on\w+|['"]/);
    }
    expect(page.match(/<\/style>/g)).toHaveLength(1);
  });

  it('brings no control or direction character', () => {
    expect(page.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('is cut where it is endless', () => {
    const endless = aReport();
    endless.alert.userAgent = 'A'.repeat(500_000);
    expect(renderHtml(endless).length).toBeLessThan(100_000);
  });
});
