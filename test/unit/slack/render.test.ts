import { describe, expect, it } from 'vitest';
import { renderApproval } from '../../../src/slack/render-approval.ts';
import { renderDetails } from '../../../src/slack/render-details.ts';
import { renderLater } from '../../../src/slack/render-later.ts';
import { renderRejection } from '../../../src/slack/render-modals.ts';
import { renderRequest } from '../../../src/slack/render-request.ts';
import { renderSettled } from '../../../src/slack/render-settled.ts';
import { renderHead, renderUpdate } from '../../../src/slack/render-update.ts';
import { actionIds, callbackIds, readReference, referenceText } from '../../../src/slack/references.ts';
import type { ActInput } from '../../../src/domain/acts/acts.ts';
import type { ApprovalRequest } from '../../../src/domain/approval/approval.ts';
import type { PlannedAction } from '../../../src/domain/plan/plan.ts';
import { anAlert, ids } from '../../support/builders.ts';
import { aRequest } from '../cli/a-plan.ts';
import { aDecisionRecord, aMessage } from './a-message.ts';
import { expectWithinLimits, markedTexts } from './slack-limits.ts';

const [irreversible, reversible] = aRequest().plan.actions as [PlannedAction, PlannedAction];
const finding = {
  sources: ['S71'],
  answer: 'yes' as const,
  detail: 'so it is',
  evidence: [],
};
const textOf = (message: { blocks: unknown[] }): string => JSON.stringify(message.blocks);
const buttonsOf = (message: { blocks: unknown[] }) => {
  const decide = message.blocks.findLast((block) => (block as { type: string }).type === 'actions');
  return (decide as { elements: { action_id: string; value: string }[] }).elements;
};
const plan = (count: number, changes: Partial<PlannedAction> = {}) =>
  aRequest(
    {},
    Array.from({ length: count }, (_, index) => ({ ...reversible, id: `action:${index}`, ...changes })),
  );

/** Everything that somebody else may have written, at its worst. */
const hostile = `<!channel> <@U012AB3CD> *x* _y_ \`z\` <https://evil.example|safe> :tada: &lt; \n> q ${'&<'.repeat(5000)}`;
const hostileRequest = (count: number) =>
  plan(count, {
    title: hostile,
    target: hostile,
    before: { Statement: [{ Sid: hostile }] },
    after: { Statement: [{ Sid: `${hostile}2` }] },
    undo: hostile,
    mayBreak: [hostile, hostile, hostile, hostile],
    calls: [hostile],
  });
/** Its input is short enough for a window: longer ones are not shown at all. */
const hostileAction: PlannedAction = {
  ...irreversible,
  title: hostile,
  undo: hostile,
  mayBreak: [hostile],
  input: { ...irreversible.input, exportTaskId: hostile.slice(0, 200), accountId: '<!here>' } as ActInput,
};
const reference = { workflowId: 'w', requestId: 'r', digest: 'd' };
const approval = (request: ApprovalRequest, actions?: number[]) => {
  const view = renderApproval({ ...reference, ...(actions ? { actions } : {}) }, request);
  if (!view) throw new Error('it does not fit');
  return view;
};
const hostileMessage = (count: number, detail: 'short' | 'full') =>
  aMessage(
    {
      alert: anAlert({ userAgent: hostile, bucket: hostile, objectKey: hostile }),
      assessment: {
        severity: 'high',
        met: Array.from({ length: 12 }, () => ({
          id: 'S',
          level: 'high' as const,
          criterion: hostile,
          evidence: [hostile],
        })),
        unknown: [hostile],
      },
      findings: Array.from({ length: 30 }, (_, index) => ({
        id: `f${index}`,
        sources: [],
        question: hostile,
        answer: index % 2 === 0 ? ('yes' as const) : ('unknown' as const),
        detail: hostile,
        evidence: [],
      })),
      decisions: [aDecisionRecord({ reason: hostile })],
    },
    hostileRequest(count),
    detail,
  );

describe('the message that asks', () => {
  it('shows what happened, severity, known and unknown, each action, the digest and the buttons', () => {
    const message = renderRequest(aMessage(), { temporal: 'https://temporal.example/x' });
    expectWithinLimits(message);
    const text = textOf(message);
    for (const part of [
      'CreateInstanceExportTask succeeded',
      'Severity HIGH',
      'readable outside',
      'Could not be found out',
      'access logging is off',
      'Cancel the running export',
      '*IRREVERSIBLE*',
      '`ec2:CancelExportTask`',
      '- active',
      '+ cancelled',
      'may break: whoever waits for this export',
      'Isolate the account',
      'By hand: User account: how to contain (`docs/procedures/user-account-containment.md`)',
      'needs 2 approvals by different people',
      aRequest().digest.slice(0, 16),
    ]) {
      expect(text).toContain(part.replaceAll('"', '\\"'));
    }
    expect(buttonsOf(message).map(({ action_id }) => action_id)).toEqual([
      actionIds.approveAll,
      actionIds.approveSelected,
      actionIds.reject,
      actionIds.later,
      actionIds.details,
      actionIds.openTemporal,
    ]);
  });

  it('says after containment that findings tell how things were found', () => {
    const known = (phase: 'containment' | 'recovery') =>
      markedTexts(renderRequest(aMessage({}, { ...aRequest(), phase })).blocks).find((text) =>
        text.startsWith('*Known*'),
      );
    expect(known('containment')).toMatch(/^\*Known\*\n/);
    expect(known('recovery')).toMatch(/^\*Known\* \(as it was found; what was changed since stands in the thread\)\n/);
  });

  it('tells what the plan leaves out from what is beyond the playbook, and from remarks', () => {
    const { plan: planned, ...request } = aRequest();
    const notPlanned = [
      { what: 'where the permission came from (S105)', why: 'statement 1 allows it' },
      { what: 'narrow-permission: arn:aws:iam::111111111111:policy/p', why: 'protected' },
      { what: 'lock-bucket', why: 'the policy locks no bucket' },
      ...Array.from({ length: 4 }, () => ({ what: 'deny-actor', why: 'protected' })),
      // What only people can do is told, however much the plan leaves out before it.
      { what: 'copies that account 333333333333 made', why: 'beyond our control' },
    ];
    const asked = (detail: 'short' | 'full') => aMessage({}, { ...request, plan: { ...planned, notPlanned } }, detail);
    const sections = markedTexts(renderRequest(asked('short')).blocks);
    const of = (title: string) => sections.find((text) => text.startsWith(`*${title}*`));
    expect(of('Not planned')).toContain(
      'policies (narrow-permission): `arn:aws:iam::111111111111:policy/p`: protected',
    );
    expect(of('Not planned')).toMatch(/… and 2 more: see Details$/);
    expect(of('Beyond the playbook')).toContain('• Copies that account 333333333333 made: beyond our control');
    expect(of('Remarks')).toBeUndefined();
    expect(textOf(renderDetails(asked('full')))).toContain('Remarks: Where the permission came from (S105)');
  });

  it('carries in each button which request it belongs to', () => {
    const { workflowId, requestId, digest } = aMessage();
    for (const { value } of buttonsOf(renderRequest(aMessage()))) {
      expect(readReference(value)).toEqual({ workflowId, requestId, digest });
    }
  });

  it('lets actions be selected, ten to a group', () => {
    const boxes = renderRequest(aMessage({}, plan(12))).blocks.filter(
      (block) => 'block_id' in block && block.block_id.startsWith(actionIds.select),
    );
    expect(boxes).toHaveLength(2);
    expect(textOf({ blocks: boxes })).toContain('"value":"11"');
  });

  it('has nothing to tick where there is one action', () => {
    const { blocks } = renderRequest(aMessage({}, plan(1)));
    expect(textOf({ blocks })).not.toContain(actionIds.select);
    expect(textOf({ blocks })).toContain(actionIds.approveAll);
  });

  it('lets nobody approve a plan that it cannot show whole', () => {
    const ids = buttonsOf(renderRequest(aMessage({}, plan(21)))).map(({ action_id }) => action_id);
    expect(ids).toEqual([actionIds.reject, actionIds.later, actionIds.details]);
    expect(textOf(renderRequest(aMessage({}, plan(21))))).toContain('soar incident decide');
    expect(buttonsOf(renderRequest(aMessage({}, plan(20))))[0]?.action_id).toBe(actionIds.approveAll);
  });

  it('tells who has approved so far', () => {
    expect(textOf(renderRequest(aMessage({ decisions: [aDecisionRecord()] })))).toContain('alice approved all');
    expect(textOf(renderRequest(aMessage()))).not.toContain('So far');
  });

  it.each([1, 4, 20])(
    'stays within the limits of Slack for %i hostile actions, and says what it leaves out',
    (count) => {
      const message = renderRequest(hostileMessage(count, 'short'));
      expectWithinLimits(message);
      expect(textOf(message).length).toBeLessThan(30_000);
      expect(markedTexts(message.blocks).join('').length).toBeLessThan(13_000);
      expect(textOf(message)).toContain('Details');
    },
  );
});

describe('nothing from an alert', () => {
  const everything = [
    ...renderRequest(hostileMessage(3, 'short')).blocks,
    ...renderDetails(hostileMessage(3, 'full')).blocks,
    ...renderSettled(hostileMessage(3, 'short'), 'approved').blocks,
    ...renderUpdate(hostile, [hostile, 'U012AB3CD']).blocks,
    ...renderHead({ incidentKey: 'VMX-ABCDEFGHIJ', playbook: 'export', happened: [hostile, hostile] }).blocks,
    ...approval(aRequest({}, [hostileAction])).blocks,
  ];

  it('becomes a mention, a link or an entity', () => {
    const texts = markedTexts(everything).join('\n');
    expect(texts.replace('<@U012AB3CD>', '')).not.toMatch(/[<>]/);
    expect(texts).not.toMatch(/&(?!amp;|lt;|gt;)/);
  });

  it('becomes formatting or an emoji: outside of code there is no mark but ours', () => {
    for (const text of markedTexts(everything)) {
      const outside = text.replace(/```[^`]*```/g, '').replace(/`[^`\n]*`/g, '');
      expect(outside).not.toContain('`');
      expect(outside).not.toMatch(/[_~]|:\w+:/);
      expect(outside).not.toMatch(/\*x\*/);
    }
  });
});

describe('the details', () => {
  it('are a modal with everything: target, undo, the whole change and the whole digest', () => {
    const view = renderDetails(aMessage({}, aRequest(), 'full'));
    expectWithinLimits(view, 100);
    const text = textOf(view);
    for (const part of ['cannot be undone: the export is started again', 'iam:UpdateAccessKey', aRequest().digest]) {
      expect(text).toContain(part.split(':')[0]);
    }
    expect(text).toContain(aRequest().digest);
    expect(text).toContain('docs/procedures/user-account-containment.md');
    expect(view.title.text.length).toBeLessThanOrEqual(24);
  });

  it('list more than the message holds, which names them as the place of the rest', () => {
    const found = (index: number) => ({ ...finding, id: `f-${index}`, question: `${index}: ${'why '.repeat(15)}?` });
    const findings = Array.from({ length: 25 }, (_, index) => found(index));
    expect(textOf(renderRequest(aMessage({ findings })))).toMatch(/… and \d+ more: see Details/);
    const details = textOf(renderDetails(aMessage({ findings }, aRequest(), 'full')));
    expect(details).not.toContain('see Details');
    expect(details).toContain('24: why');
  });

  it('show a policy of many statements over several blocks', () => {
    const after = {
      Statement: Array.from({ length: 80 }, (_, index) => ({ Sid: `statement-${index}`, Action: 's3:*' })),
    };
    const view = renderDetails(aMessage({}, aRequest({}, [{ ...reversible, before: null, after }]), 'full'));
    expectWithinLimits(view, 100);
    for (const index of [0, 40, 79]) expect(textOf(view)).toContain(`statement-${index}`);
  });

  it('stay within the limits of Slack, and say what they leave out', () => {
    const view = renderDetails(hostileMessage(60, 'full'));
    expectWithinLimits(view, 100);
    expect(textOf(view)).toContain('soar incident show');
  });
});

it('the modal of a rejection asks for a reason', () => {
  expect(JSON.stringify(renderRejection(reference, 'VMX-ABCDEFGHIJ'))).toContain('Why?');
});

describe('the window that approves', () => {
  const trust = (statements: number, sid = 'statement'): PlannedAction => ({
    ...reversible,
    input: {
      act: 'setTrustPolicy',
      incidentKey: ids.incidentKey,
      accountId: ids.account,
      region: ids.region,
      roleName: 'deploy',
      before: { Statement: [] },
      after: { Statement: Array.from({ length: statements }, (_, index) => ({ Sid: `${sid}-${index}` })) },
    },
  });

  it('shows calls, resource and change as the inputs say them, whatever the plan says', () => {
    const disguised = { ...reversible, input: irreversible.input };
    const view = approval(aRequest({}, [disguised]));
    expectWithinLimits(view, 100);
    const text = textOf(view);
    for (const part of [
      '*1. IRREVERSIBLE* `ec2:CancelExportTask`',
      `on export task`,
      '+ {\\"state\\":\\"cancelled\\"}',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).toContain('the plan says: Deactivate the access keys of mallory');
    expect(text).not.toContain('Inactive');
    expect(text).toContain(aRequest({}, [disguised]).digest.slice(0, 16));
  });

  it('has the key of the incident typed where something cannot be undone, and otherwise takes a remark', () => {
    const forGood = approval(aRequest(), [0]);
    expect(forGood.callback_id).toBe(callbackIds.approveForGood);
    expect(textOf(forGood)).toContain('Type VMX-ABCDEFGHIJ to approve');
    expect(textOf(forGood)).toContain('you approve 1 of 2 actions');
    expect(textOf(forGood)).not.toContain('iam:UpdateAccessKey');
    expect(readReference(forGood.private_metadata)).toEqual({ ...reference, actions: [0] });
    const other = approval(aRequest(), [1]);
    expect(other.callback_id).toBe(callbackIds.approve);
    expect(textOf(other)).toContain('*2. Reversible* `iam:UpdateAccessKey`');
    expect(textOf(other)).toContain('"optional":true');
    for (const { title } of [forGood, other]) expect(title.text.length).toBeLessThanOrEqual(24);
  });

  it('cuts nothing off: many statements go over several blocks, long lines over several lines', () => {
    const many = approval(aRequest({}, [trust(300)]));
    expectWithinLimits(many, 100);
    for (const index of [0, 150, 299]) expect(textOf(many)).toContain(`statement-${index}\\`);
    const long = textOf(approval(aRequest({}, [trust(1, `begin${'x'.repeat(4000)}end`)])));
    expect(long).toContain('beginx');
    expect(long).toContain('xend-0');
    expect(long.match(/x/g)!.length).toBeGreaterThanOrEqual(4000);
  });

  it.each([
    ['a change', [trust(600, 's'.repeat(600))]],
    ['a name', [{ ...irreversible, input: { ...irreversible.input, exportTaskId: hostile } as ActInput }]],
    ['a plan', plan(60).plan.actions],
  ])('does not open for %s that it cannot show whole', (_, actions) => {
    expect(renderApproval(reference, aRequest({}, actions))).toBeNull();
  });
});

describe('the modal for more time', () => {
  const view = (count: number) =>
    renderLater(
      reference,
      'VMX-ABCDEFGHIJ',
      Array.from({ length: count }, (_, index) => ({ id: `${index}-`.padEnd(64, 'x'), name: 'n'.repeat(64) })),
    );

  it.each([0, 1, 99])('offers more time and %i others, within the limits of Slack', (count) => {
    const { blocks, title, private_metadata } = view(count);
    const [, input] = blocks as unknown as { element: { options: { text: { text: string }; value: string }[] } }[];
    const { options } = input!.element;
    expect(options).toHaveLength(count + 1);
    for (const { text, value } of options) {
      expect(text.text.length).toBeLessThanOrEqual(75);
      expect(value.length).toBeLessThanOrEqual(150);
    }
    expect(title.text.length).toBeLessThanOrEqual(24);
    expect(readReference(private_metadata)).toEqual(reference);
    expect(JSON.stringify(blocks)).not.toContain('not listed here');
  });

  it('says how many it leaves out', () => {
    const text = JSON.stringify(view(102));
    expect(text.match(/"value":"to:/g)).toHaveLength(99);
    expect(text).toContain('3 more are not listed here');
  });
});

describe('the settled message', () => {
  it('says who decided what, when and where, and has nothing left to press', () => {
    const message = renderSettled(
      aMessage({ decisions: [aDecisionRecord({ decision: 'reject', reason: 'known' })] }),
      'rejected',
    );
    expectWithinLimits(message);
    const text = textOf(message);
    expect(text).toContain('*Rejected.*');
    expect(text).toContain('alice rejected at `2026-03-02T10:20:00Z` by slack: known');
    expect(message.blocks.some(({ type }) => type === 'actions')).toBe(false);
  });

  it.each(['approved', 'replaced', 'closed'] as const)('says that it was %s', (outcome) => {
    const message = renderSettled(aMessage(), outcome);
    expect(message.text).toBe(`${aMessage().incidentKey}: containment, ${outcome}`);
    expect(textOf(message)).not.toContain('to decide on');
  });

  it('sets what people left out apart, and says when they decided however many they chose', () => {
    const request = plan(12, { title: 'Deny everything' });
    const actions = request.plan.actions.map(({ id }) => id).filter((id) => id !== 'action:4');
    const message = aMessage({ decisions: [aDecisionRecord({ actions })] }, request);
    const settled = renderSettled(message, 'approved');
    expect(settled.text).toBe(`${request.incidentKey}: containment, approved in part`);
    expect(textOf(settled)).toContain('alice approved 11 of 12 actions at `2026-03-02T10:20:00Z` by slack (');
    expect(textOf(settled)).toContain('*Not approved, and not done*\\n5. Deny everything"');
    expect(textOf(settled)).toContain('*Approved*\\n1. Deny everything\\n2.');
    expect(textOf(renderRequest(message))).toContain('Approved so far: 1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12 of 12.');
  });

  it('does not call closed without a decision what somebody has approved', () => {
    const text = textOf(renderSettled(aMessage({ decisions: [aDecisionRecord()] }), 'closed'));
    expect(text).toContain('*Closed* before it was decided. Nothing of this plan is changed.');
    expect(text).toContain('alice approved all');
  });

  it('stays within the limits of Slack', () => {
    expectWithinLimits(renderSettled(hostileMessage(20, 'short'), 'approved'));
  });
});

describe('an update', () => {
  it('mentions only members', () => {
    const [block] = renderUpdate('waiting', ['U012AB3CD', '!channel', 'W0']).blocks;
    expect(markedTexts(block)).toEqual(['<@U012AB3CD> waiting']);
  });
});

describe('a reference', () => {
  it('reads back, and nothing else is one', () => {
    const reference = { workflowId: 'w', requestId: 'r', digest: 'd', actions: [0, 2] };
    expect(readReference(referenceText(reference))).toEqual(reference);
    for (const text of [
      undefined,
      '',
      'x',
      'null',
      '[]',
      '{"workflowId":"w"}',
      '{"workflowId":"w","requestId":"r","digest":"d","actions":["1"]}',
      ' '.repeat(4000),
    ]) {
      expect(readReference(text)).toBeUndefined();
    }
  });
});
