import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../../src/audit/render/html.ts';
import { renderMarkdown } from '../../../src/audit/render/markdown.ts';
import { timelineSection } from '../../../src/audit/render/html-timeline.ts';
import { aShareAlert, ids, times } from '../../support/builders.ts';
import { anAction, anAnswer, aReport } from './a-report.ts';

/** What an incident of a playbook that is not about exports says of itself. */
const aShareReport = (changes: Parameters<typeof aReport>[0] = {}) =>
  aReport({
    playbook: 'ebs-snapshot-shared',
    alert: aShareAlert(),
    findings: [anAnswer({ sources: [], question: 'Was it shared?' })],
    improvements: [],
    actions: [anAction({ id: 'unshare-copies:snap-0123456789abcdef0', title: 'Take the share away' })],
    metrics: { timeToDetection: 1, timeToContainment: 600, accessedOutsideOrganisation: 'unknown', exposure: 600 },
    ...changes,
  });

describe('the report of another playbook', () => {
  const forms = { html: renderHtml(aShareReport()), markdown: renderMarkdown(aShareReport()) };

  it.each(Object.entries(forms))('tells what was called, and of what (%s)', (_, text) => {
    const plain = text.replaceAll(/<[^>]+>|\\/g, '');
    expect(plain).toContain(
      `called ModifySnapshotAttribute in account ${ids.account}, ${ids.region} (snap-0123456789abcdef0 to account ${ids.outsideAccount}).`,
    );
    expect(plain).toContain('Whether the snapshot was copied outside the organisation is not known');
    expect(plain).toContain('it could be copied for 10 min');
    expect(plain).toContain('Copied outside the organisation');
    expect(plain).toContain('Say what data the snapshot held');
    expect(plain).toContain('the owner of the snapshot');
    expect(plain).toContain('Was it shared?');
    expect(plain).not.toMatch(/\(\)|the image|to bucket|Read outside|owner of the instance/);
  });

  it('draws until when it was open, by the action that ended it', () => {
    const drawn = (id: string) =>
      timelineSection(aShareReport({ actions: [anAction({ id, at: times.now })] })).body.text;
    expect(drawn('unshare-copies:snap-1')).toContain('Snapshot could be copied');
    expect(drawn('unshare-copies:snap-1')).not.toContain('no end of its copies');
    expect(drawn('deny-actor')).toContain('no end of its copies is on record');
  });

  it('tells of the share once, and of no copy of a machine', () => {
    const found = anAnswer({ id: 'copies-shared', sources: [], detail: `snap-1: account ${ids.outsideAccount}` });
    const text = renderMarkdown(aShareReport({ findings: [found] }));
    expect(text).not.toContain('a copy of the machine');
    expect(text).toContain('nobody can say that the snapshot was not copied outside the organisation');
  });

  it('of a call that was refused says that nothing was left to copy', () => {
    const refused = aShareReport({ alert: aShareAlert({ outcome: 'failure', errorCode: 'UnauthorizedOperation' }) });
    expect(renderMarkdown(refused)).toContain('The call failed, so that it left nothing to copy');
  });
});
