import { describe, expect, it } from 'vitest';
import { noticeMessage, type NoticeContext } from '../../../../src/domain/notices/notice-message.ts';
import { noticeDetails, type NoticeDetail } from '../../../../src/domain/notices/notices.ts';
import { renderNotice } from '../../../../src/slack/render-notice.ts';
import { finding } from '../../../../src/domain/findings/finding.ts';
import { anAlert, anIamUser, aShareAlert, ids } from '../../../support/builders.ts';
import { aRequest } from '../../cli/a-plan.ts';
import { aContext } from '../../slack/a-message.ts';

const hostile = 'EVIL<!channel>\n`*_x_*`';
const everythingHostile = anAlert({
  recipientAccount: `${ids.account}${hostile}`,
  eventName: hostile,
  instanceId: hostile,
  bucket: hostile,
  prefix: hostile,
  objectKey: hostile,
  region: hostile,
  time: hostile,
  userAgent: hostile,
  sourceAddress: hostile,
  principal: anIamUser({ name: hostile, arn: hostile, id: hostile, accessKeyId: hostile }),
});
const context = (changes: Partial<NoticeContext> = {}): NoticeContext => ({
  ...aContext(),
  incidentKey: ids.incidentKey,
  kind: 'EC2 instance exported as VM',
  actions: [],
  planned: aRequest().plan.actions,
  ...changes,
});
const told = (detail: NoticeDetail, changes: Partial<NoticeContext> = {}): string =>
  JSON.stringify(renderNotice(noticeMessage(context(changes), detail), 'https://temporal.example/x'));

describe('a notice', () => {
  it('as a headline says kind, account, severity and key, and nothing that somebody else wrote', () => {
    const message = noticeMessage(context(), 'headline');
    expect(message.title).toBe(`${ids.incidentKey}: EC2 instance exported as VM`);
    expect(message.facts).toEqual([`Account ${ids.account}, severity high`]);
    expect(message.findings).toEqual([]);
    const text = told('headline', { alert: everythingHostile, workflowId: hostile });
    expect(text).not.toContain('EVIL');
    expect(text).not.toContain('mallory');
    expect(text).not.toContain('https://');
    expect(text).toContain('Account not known');
  });

  it('as a summary also says what, where, the verdict and the exposure, but not who', () => {
    const text = told('summary');
    expect(text).toContain(`CreateInstanceExportTask succeeded`);
    expect(text).toContain(ids.bucket);
    expect(text).toContain('Verdict: ');
    expect(text).toContain('bucket open outside the organisation: unknown; image downloaded: unknown');
    expect(text).toContain('https://temporal.example/x');
    for (const absent of ['mallory', 'Was the image downloaded?', aRequest().plan.actions[0]!.title]) {
      expect(text).not.toContain(absent);
    }
  });

  it('of another playbook tells the answers that weigh most, and asks about no bucket', () => {
    const told = finding('copies-shared', [], 'May somebody outside copy the snapshot now?', 'yes', 'by mallory');
    const late = finding('actor', [], 'Who is the actor?', 'yes', 'mallory');
    const before = finding('actor-changes', [], 'Did the actor change anything else?', 'no', 'nothing but reading');
    const about = context({ alert: aShareAlert(), findings: [late, before, told] });
    expect(noticeMessage(about, 'summary').facts.slice(3)).toEqual([
      'May somebody outside copy the snapshot now? yes',
      'Who is the actor? yes',
    ]);
  });

  it('does not make a no of a log that may be late', () => {
    const [first] = context().findings;
    const downloaded = (confidence: 'low' | 'medium') => ({ ...first!, answer: 'no' as const, confidence });
    const said = (confidence: 'low' | 'medium') =>
      noticeMessage(context({ findings: [downloaded(confidence)] }), 'summary').facts.join();
    expect(said('low')).toContain('image downloaded: none found so far, in a log that may be late or incomplete');
    expect(said('medium')).toContain('image downloaded: no');
  });

  it('in full also says the findings and the plan', () => {
    const text = told('full');
    expect(text).toContain('Was the image downloaded?');
    expect(text).toContain('access logging is off');
    expect(noticeMessage(context(), 'full').plan).toContain(`${aRequest().plan.actions[0]!.title}: waits for approval`);
  });

  it('never mentions, links or formats what an attacker wrote', () => {
    for (const detail of noticeDetails) {
      const text = told(detail, { alert: everythingHostile });
      expect(text).not.toContain('<!channel>');
      expect(text.replaceAll('\\n', '')).not.toContain('*_x_*`*');
    }
  });

  it('of an endless list says how much is missing, and fits into a message', () => {
    const findings = Array.from({ length: 200 }, (_, index) => ({
      ...aContext().findings[0]!,
      id: `f${index}`,
      question: 'Why?'.repeat(100),
    }));
    const message = noticeMessage(context({ findings }), 'full');
    expect(message.findings).toHaveLength(41);
    expect(message.findings.at(-1)).toBe('and 160 more: see the report');
    const blocks = renderNotice(message).blocks as { text?: { text: string } }[];
    for (const { text } of blocks) expect(text?.text.length ?? 0).toBeLessThanOrEqual(3000);
    expect(JSON.stringify(blocks)).toContain('more: see the report');
  });
});
