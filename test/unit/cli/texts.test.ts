import type { Client } from '@temporalio/client';
import { describe, expect, test } from 'vitest';
import { listText, whatIsLeftOut } from '../../../src/cli/incident-list.ts';
import { incidentText, type ShownIncident } from '../../../src/cli/incident-text.ts';
import { planText } from '../../../src/cli/plan-text.ts';
import { jsonText, styler, table } from '../../../src/cli/terminal.ts';
import type { RequestRecord } from '../../../src/domain/approval/approval.ts';
import { recordOf } from '../../../src/domain/approval/approval-request.ts';
import type { IncidentView } from '../../../src/domain/incident.ts';
import type { PlannedAction } from '../../../src/domain/plan/plan.ts';
import type { Statement } from '../../../src/domain/policy/policy-document.ts';
import { anAlert, ids, times } from '../../support/builders.ts';
import { aReport } from '../audit/a-report.ts';
import { aDecisionRecord } from '../slack/a-message.ts';
import { aRequest } from './a-plan.ts';

const plain = { coloured: false, columns: 100 };
const nasty = 'x\u001b[2J\u202e\u009b31m\ny';

const aView = (changes: Partial<IncidentView> = {}): IncidentView => ({
  incidentKey: ids.incidentKey,
  workflowId: 'ec2-vm-export/111111111111/eu-west-1/export-i-1',
  runId: 'run-1',
  playbook: 'ec2-vm-export',
  phase: 'containment',
  alert: anAlert(),
  eventIds: ['e'],
  alertCount: 1,
  alertsNotListed: 0,
  assessment: {
    severity: 'high',
    met: [{ id: 'S59', level: 'high', criterion: 'readable outside', evidence: ['bucket policy'] }],
    unknown: ['classification'],
  },
  verdict: 'unauthorised-export',
  findings: [
    {
      id: 'downloaded',
      sources: ['S73'],
      question: 'Was the image downloaded?',
      answer: 'unknown',
      detail: 'no log lines',
      whyUnknown: 'access logging is off',
      evidence: [],
    },
  ],
  pendingApproval: aRequest(),
  decisions: [],
  actions: [],
  timeline: [{ at: times.now, phase: 'triage', kind: 'phase', text: 'triage: it is dangerous' }],
  notes: [],
  ...changes,
});
const shown = (view: IncidentView | null, running = true) => ({
  incidentKey: ids.incidentKey,
  workflowId: 'ec2-vm-export/111111111111/eu-west-1/export-i-1',
  runId: 'run-1',
  running,
  status: running ? 'RUNNING' : 'TERMINATED',
  view,
  report: null,
  archive: null,
  successor: null,
  undosSince: [],
});

describe('what was asked', () => {
  const request: RequestRecord = {
    ...recordOf(aRequest()),
    askedOf: [
      { group: 'security', people: ['alice', 'bob'], at: '2026-03-02T10:20:00Z' },
      { group: 'on-call', people: [], at: '2026-03-02T10:50:00Z' },
    ],
    told: [
      { at: '2026-03-02T10:35:00Z', what: 'reminded' },
      { at: '2026-03-02T10:50:00Z', what: 'escalated' },
    ],
    outcome: 'approved',
    by: ['alice', 'bob'],
  };

  test('shows whom, when they were told again, and how it ended', () => {
    const text = incidentText(shown(aView({ requests: [request] })), plain);
    expect(text).toMatch(/containment-1-0a1b2c3d +approved by alice and bob/);
    expect(text).toMatch(/10:20:00Z +security +alice, bob/);
    expect(text).toMatch(/10:50:00Z +on-call +nobody who can decide/);
    expect(text).toMatch(/10:35:00Z +reminded/);
  });

  test('shows who handed it over to whom, as asked and as decision', () => {
    const over = { group: 'bob', people: ['bob'], at: '2026-03-02T10:40:00Z', by: 'alice' };
    const requests = [{ ...request, askedOf: [...request.askedOf, over] }];
    const text = incidentText(
      shown(aView({ requests, decisions: [aDecisionRecord({ decision: 'hand-over', to: 'bob' })] })),
      plain,
    );
    expect(text).toMatch(/10:40:00Z +bob +bob, handed over by alice/);
    expect(text).toMatch(/alice +hand-over to bob +by slack/);
    expect(text.match(/handed over/g)).toHaveLength(1);
  });

  test('shows what replaced it', () => {
    const replaced = { ...request, outcome: 'replaced' as const, by: [], replacedBy: 'containment-2-0a1b2c3d' };
    expect(incidentText(shown(aView({ requests: [replaced] })), plain)).toContain('replaced by containment-2-0a1b2c3d');
  });

  test('is no section where nothing was', () => {
    expect(incidentText(shown(aView()), plain)).not.toContain('Asked');
  });
});

describe('what people do by hand', () => {
  const page = 'docs/procedures/user-account-containment.md';

  test('is named with its page: of what is asked, of the phase, and of a closed incident its review', () => {
    const asked = incidentText(shown(aView({ phase: 'investigation' })), plain);
    expect(asked).toMatch(new RegExp(`By hand\\n +User account: how to contain +${page}`));
    const unasked = incidentText(shown(aView({ phase: 'investigation', pendingApproval: null })), plain);
    expect(unasked).toContain('docs/procedures/cloudtrail.md');
    expect(unasked).not.toContain(page);
    const closed = aView({ phase: 'closed', pendingApproval: null });
    expect(incidentText(shown(closed), plain)).toContain('docs/procedures/post-incident-review.md');
  });

  test('is no section where no page is about the phase', () => {
    const text = incidentText(shown(aView({ phase: 'validation', pendingApproval: null })), plain);
    expect(text).not.toContain('By hand');
  });
});

describe('an answer', () => {
  test('says who gave it and how far it can be trusted; a gap, who was asked', () => {
    const [gap] = aView().findings;
    const known = { ...gap!, answer: 'no' as const, detail: 'no read', source: 'S3 access log' };
    const findings = [{ ...known, confidence: 'low' as const }];
    expect(incidentText(shown(aView({ findings })), plain)).toContain('; S3 access log, confidence low\n');
    const unknown = [{ ...gap!, source: 'S3 access log' }];
    expect(incidentText(shown(aView({ findings: unknown })), plain)).toContain('; S3 access log\n');
  });
});

describe('a closed incident', () => {
  test('says when each phase was done, as it did while it was open', () => {
    const phase = { phase: 'containment' as const, outcome: '7 of 7 actions in place' };
    const [startedAt, endedAt] = ['2026-03-02T10:00:00.000Z', '2026-03-02T10:06:00.000Z'];
    const report = aReport({ phases: [{ ...phase, startedAt, endedAt }] });
    const view = aView({
      timeline: [{ at: endedAt, phase: 'containment', kind: 'phase', text: 'containment: 7 of 7 actions in place' }],
    });
    const row = /done +containment +2026-03-02T10:06:00\.000Z +7 of 7 actions in place\n/;
    expect(incidentText({ ...shown(null, false), report }, plain)).toMatch(row);
    expect(incidentText(shown({ ...view, phase: 'recovery' }), plain)).toMatch(row);
  });

  test('names the one that continues it, with or without a report of its own', () => {
    const successor = 'ec2-vm-export/111111111111/eu-west-1/export-i-1/2';
    for (const view of [aView(), null]) {
      expect(incidentText({ ...shown(view, false), successor }, plain)).toContain(`\nContinued by ${successor}\n`);
      expect(incidentText(shown(view, false), plain)).not.toContain('Continued');
    }
  });
});

describe('an incident that was terminated while it asked', () => {
  test('is not put before anybody to decide, and says where it was cut short', () => {
    const asking = aView({ pendingApproval: aRequest(), phase: 'containment' });
    const open = incidentText(shown(asking), plain);
    expect(open).toContain('Plan of containment');
    expect(open).toContain('Decide with: ');
    expect(open).toMatch(/now +containment/);
    const cut = incidentText(shown(asking, false), plain);
    expect(cut).toContain('closed (terminated)');
    expect(cut).not.toContain('Plan of containment');
    expect(cut).not.toContain('Decide with: ');
    expect(cut).toMatch(/cut short +containment/);
  });
});

describe('an incident that was undone after it had closed', () => {
  test('names the undo, with or without a report of its own', () => {
    const undosSince = [{ incidentKey: `${ids.incidentKey}-undo-1`, status: 'RUNNING' }];
    for (const view of [aView(), null]) {
      const text = incidentText({ ...shown(view, false), undosSince }, plain);
      expect(text).toContain(`\nUndo since by ${ids.incidentKey}-undo-1 (running): soar incident show says`);
      expect(incidentText(shown(view, false), plain)).not.toContain('Undo since');
    }
  });
});

describe('incidents that belong together', () => {
  const others = {
    related: [{ incidentKey: 'VMX-BBBBBBBBBB', workflowId: 'w', shares: ['accessKey' as const, 'bucket' as const] }],
    relatedTotal: 12,
    burst: { lead: 'VMX-BBBBBBBBBB', leadWorkflowId: 'w', size: 12 },
  };

  test('are shown with what they share, how many they are, and which of them leads', () => {
    const text = incidentText(shown(aView(others)), plain);
    expect(text).toMatch(/burst +12 incidents of one actor, led by VMX-BBBBBBBBBB/);
    expect(text).toMatch(/VMX-BBBBBBBBBB +shares access key, bucket/);
    expect(text).toMatch(/and +11 more/);
    expect(incidentText(shown(aView()), plain)).not.toContain('Related');
  });
});

describe('the seal of a closed incident', () => {
  const closed = (archive: ShownIncident['archive']) => incidentText({ ...shown(aView(), false), archive }, plain);

  test('is shown with where it lies', () => {
    const bundle = { uri: 's3://evidence/a.tar', sha256: 'a'.repeat(64), size: 1, runId: 'run-1', release: 'r' };
    expect(closed({ state: 'sealed', bundles: [bundle] })).toContain(`s3://evidence/a.tar  SHA-256 ${'a'.repeat(64)}`);
  });

  test('that is not there yet says why, and one that failed says how to begin anew', () => {
    const waiting = closed({ state: 'waiting', attempts: 7, reason: 'storing evidence: no answer' });
    expect(waiting).toMatch(/not yet +storing evidence: no answer \(attempt 7\)/);
    expect(closed({ state: 'failed', reason: 'archive/x is FAILED' })).toContain('soar audit seal');
    expect(closed(null)).not.toContain('Sealed');
  });

  test('of an incident that ended without a report is shown, too', () => {
    const text = incidentText(
      { ...shown(null, false), archive: { state: 'waiting', attempts: 1, reason: null } },
      plain,
    );
    expect(text).toMatch(/without a report.*\n\nSealed\n +not yet/);
  });
});

describe('who else is told', () => {
  const due = { id: 'legal', who: 'legal and privacy', status: 'due', dueBy: '2026-03-05T10:10:00.000Z' } as const;
  const told = { id: 'soc', who: 'security operations', status: 'told', at: times.now, by: 'Alice' } as const;

  test('shows what is due, since when it is too late, and how to say that it was done', () => {
    const text = incidentText(shown(aView({ notices: [due, { ...told, note: 'by phone' }] })), plain);
    expect(text).toContain('legal and privacy (legal): due; due by 2026-03-05T10:10:00.000Z (OVERDUE)');
    expect(text).toMatch(/told at .* by Alice +by phone/);
    expect(text).toContain(`soar incident told ${ids.incidentKey} NOTICE --by YOUR-NAME`);
  });

  test('asks for nothing once everybody was told, and is no section where the policy names nobody', () => {
    expect(incidentText(shown(aView({ notices: [told] })), plain)).not.toContain('soar incident told');
    expect(incidentText(shown(aView()), plain)).not.toContain('Others told');
  });
});

describe('a plan', () => {
  const [cancel] = aRequest().plan.actions as [PlannedAction];
  const trusting = (before: Statement[], after: Statement[]): PlannedAction => ({
    ...cancel,
    target: 'arn:aws:iam::111111111111:role/deploy',
    reversible: true,
    input: {
      act: 'setTrustPolicy',
      incidentKey: ids.incidentKey,
      accountId: ids.account,
      region: ids.region,
      roleName: 'deploy',
      before: { Statement: before },
      after: { Statement: after },
    },
  });

  test('shows calls, resource, before, after and undo of every action', () => {
    const text = planText(aRequest(), plain);
    for (const { id, title, calls, undo } of aRequest().plan.actions) {
      for (const part of [id, title, ...calls, undo]) expect(text).toContain(part);
    }
    expect(text).toMatch(new RegExp(`on +export task ${ids.task}`));
    expect(text).toMatch(/on +access keys of user mallory/);
    expect(text).toMatch(/before +\{"state":"active"\}\n +after +\{"state":"cancelled"\}/);
    expect(text).toContain('may break  whoever waits for this export');
    expect(text).toContain('needs 2 approval(s)');
    expect(text).toContain(aRequest().digest);
    expect(text).toContain('Isolate the account: not configured');
    expect(text).not.toContain('MISLEADS');
  });

  test('tells what it leaves out from what is beyond the playbook, and from remarks', () => {
    const request = aRequest();
    const notPlanned = [
      { what: 'where the permission came from (S105)', why: 'statement 1 allows it' },
      { what: 'lock-bucket', why: 'the policy locks no bucket' },
    ];
    const text = planText({ ...request, plan: { ...request.plan, notPlanned } }, plain);
    expect(text).toContain(
      'Not planned\n  - Lock the bucket of the export (lock-bucket): the policy locks no bucket\n',
    );
    expect(text).toContain('Remarks\n  - Where the permission came from (S105): statement 1 allows it\n');
    expect(text).not.toContain('Beyond the playbook');
  });

  test('shows what would run where it claims something else, and says so', () => {
    const [, keys] = aRequest().plan.actions as [PlannedAction, PlannedAction];
    const text = planText(aRequest({}, [{ ...keys, input: cancel.input }]), plain);
    expect(text).toContain('deactivate-keys  IRREVERSIBLE');
    expect(text).toMatch(/calls +ec2:CancelExportTask\n +on +export task/);
    expect(text).toContain('cancelled');
    expect(text).not.toContain('Inactive');
    expect(text).toMatch(/MISLEADS +deactivate-keys claims to be about arn:aws:iam::111111111111:user\/mallory/);
    expect(text).toMatch(/MISLEADS +deactivate-keys claims to be reversible, and is irreversible/);
    expect(planText(aRequest({ digest: 'e'.repeat(64) }), plain)).toContain('MISLEADS: this digest is of another plan');
  });

  test('shows documents whole', () => {
    const statements = Array.from({ length: 30 }, (_, index) => ({ Sid: `statement-${index}` }));
    const text = planText(aRequest({}, [trusting([], statements)]), plain);
    for (let index = 0; index < 30; index++) expect(text).toContain(`"statement-${index}"`);
  });

  test('shows of two documents what goes, what comes, and what stays', () => {
    const statement = (Sid: string) => ({
      Sid,
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: `arn:aws:s3:::${Sid}`,
    });
    const action = trusting([statement('Stays'), statement('Goes')], [statement('Stays'), statement('Comes')]);
    const text = planText(aRequest({}, [action]), plain);
    expect(text).toMatch(/change +statement Stays: unchanged/);
    expect(text).toMatch(/- +"Sid": "Goes"/);
    expect(text).toMatch(/\+ +"Sid": "Comes"/);
  });

  test('has no line break or control character of somebody else', () => {
    const { input } = trusting([{ Sid: nasty }], [{ Sid: nasty.repeat(30) }]);
    const spoiled: PlannedAction = {
      ...cancel,
      id: nasty,
      title: nasty,
      target: nasty,
      undo: nasty,
      mayBreak: [nasty],
      input: { ...input, accountId: nasty, region: nasty, roleName: nasty } as typeof input,
    };
    const text = planText(aRequest({}, [spoiled]), plain);
    // eslint-disable-next-line no-control-regex -- these are what must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });
});

describe('an incident', () => {
  test('is shown with severity and criteria, phases, findings and what is asked', () => {
    const text = incidentText(shown(aView()), plain);
    expect(text).toContain('HIGH, verdict: unauthorised-export');
    expect(text).toMatch(/high +readable outside +bucket policy/);
    expect(text).toContain('unknown: How is the data on the instance classified?');
    expect(text).toMatch(/done +triage +\S+ +it is dangerous/);
    expect(text).toMatch(/now +containment/);
    expect(text).toMatch(/unknown +Was the image downloaded\?\n +no log lines \(access logging is off\)/);
    expect(text).toContain('cancel-export');
    expect(text).toContain(`soar incident decide ${ids.incidentKey} --approve`);
  });

  test('cannot write outside its lines', () => {
    const view = aView({
      alert: anAlert({ userAgent: nasty, bucket: nasty }),
      notes: [{ at: '', author: nasty, text: nasty }],
    });
    // eslint-disable-next-line no-control-regex -- these are what must not be there
    expect(incidentText(shown(view), plain)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });

  test('of many alerts lists how they came; of one alert there is nothing to list', () => {
    const arrival = { eventId: 'e', door: 'elastic', receivedAt: times.received, rule: nasty } as const;
    const many = incidentText(shown(aView({ arrivals: [arrival, arrival], alertsNotListed: 7 })), plain);
    expect(many).toMatch(/Alerts\n( +\S+ +elastic +x.*y +e\n){2} {2}and 7 more, not listed\n/);
    expect(incidentText(shown(aView({ arrivals: [arrival] })), plain)).not.toContain('Alerts');
  });

  test('that was stopped says so', () => {
    expect(incidentText(shown(null, false), plain)).toContain('ended without a report');
  });
});

describe('the terminal', () => {
  test('shows colours only where they are wanted', () => {
    expect(styler({ coloured: false })('text', 'red')).toBe('text');
    expect(styler({ coloured: true })(`te\u001b[0mxt`, 'red')).toBe('\u001b[31mte[0mxt\u001b[0m');
  });

  test('gets JSON that hides nothing, and reads back the same', () => {
    const text = jsonText({ text: nasty, emoji: '🙂\u{e0001}' });
    // eslint-disable-next-line no-control-regex -- these are what must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]|\u{e0001}/u);
    expect(JSON.parse(text)).toEqual({ text: nasty, emoji: '🙂\u{e0001}' });
  });

  test('gets rows in columns', () => {
    expect(
      table(
        [
          ['a', 'bb'],
          ['ccc', 'd'],
        ],
        ' ',
      ),
    ).toBe(' a    bb\n ccc  d\n');
  });

  test('gets a list with a heading, or a word', () => {
    const place = 'in namespace soar at localhost:7233';
    expect(listText([], place)).toBe('no such incidents in namespace soar at localhost:7233\n');
    const incident = {
      incidentKey: ids.incidentKey,
      workflowId: 'w',
      status: 'RUNNING',
      phase: 'triage',
      severity: null,
      verdict: null,
      awaitingApproval: true,
      accountId: ids.account,
      region: ids.region,
      startedAt: '2026-03-02T10:06:00.000Z',
      burst: null,
    };
    expect(listText([incident], '')).toMatch(
      /^INCIDENT .*\nVMX-ABCDEFGHIJ {2}running +triage +- +- .*approval +2026-03-02T10:06:00Z\n$/,
    );
    expect(listText([{ ...incident, phase: null }], '')).toMatch(/running +not begun +- /);
    expect(listText([{ ...incident, phase: null, status: 'TERMINATED' }], '')).toMatch(/terminated +- +- /);
    const member = (incidentKey: string) => ({ ...incident, incidentKey, burst: { lead: ids.incidentKey, size: 3 } });
    const shown = listText(
      [member('VMX-BBBBBBBBBB'), { ...incident, incidentKey: 'VMX-CCCCCCCCCC' }, member(ids.incidentKey)],
      '',
    );
    expect(shown.split('\n').map((line) => line.slice(0, 16).trimEnd())).toEqual([
      'INCIDENT',
      '* VMX-ABCDEFGHIJ',
      '└ VMX-BBBBBBBBBB',
      'VMX-CCCCCCCCCC',
      '* VMX-ABCDEFGHIJ',
      '',
    ]);
    expect(shown).toContain('* VMX-ABCDEFGHIJ leads 3 incidents of one actor');
  });

  test('that was cut says so, and how to see more', async () => {
    const asked: string[] = [];
    const count = (query: string) => Promise.resolve({ count: (asked.push(query), 500) });
    const client = { workflow: { count } } as unknown as Client;
    const said = (listed: number, limit: number) => whatIsLeftOut(client, listed, { awaiting: true, limit }, 1000);
    expect(await said(49, 50)).toBeNull();
    expect(asked).toEqual([]);
    expect(await said(50, 50)).toBe('50 of 500 incidents; --limit 500 shows more');
    expect(asked).toEqual([
      expect.stringMatching(
        /^WorkflowType IN \('ec2VmExport', .*AND AwaitingApproval = true AND ExecutionStatus = 'Running'$/,
      ),
    ]);
    expect(await said(500, 500)).toBeNull();
    const many = { workflow: { count: () => Promise.resolve({ count: 3000 }) } } as unknown as Client;
    expect(await whatIsLeftOut(many, 1000, { limit: 1000 }, 1000)).toBe('1000 of 3000 incidents');
  });
});
