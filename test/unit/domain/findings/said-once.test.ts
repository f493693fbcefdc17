import { describe, expect, it } from 'vitest';
import { toFailure } from '../../../../activities/aws/failures.ts';
import { renderHtml } from '../../../../src/audit/render/html.ts';
import { renderMarkdown } from '../../../../src/audit/render/markdown.ts';
import { incidentText } from '../../../../src/cli/incident-text.ts';
import { unanswered } from '../../../../src/domain/findings/finding.ts';
import { saidOnce } from '../../../../src/domain/findings/said-once.ts';
import { aReport } from '../../audit/a-report.ts';

const session = 'arn:aws:sts::111111111111:assumed-role/soar-observe/soar-observe';
/** As the worker says that AWS refuses a call. */
const refused = (what: string, action: string): string => {
  const message = `User: ${session} is not authorized to perform: ${action} with an explicit deny (in an SCP)`;
  const error = Object.assign(new Error(message), {
    name: 'AccessDeniedException',
    $metadata: { httpStatusCode: 400 },
  });
  return `AwsAccessDenied: ${toFailure(what, error).message}`;
};
const byKey = refused('looking up AccessKeyId AKIA1', 'cloudtrail:LookupEvents');
const byName = refused('looking up Username mallory', 'cloudtrail:LookupEvents');
const findings = [
  unanswered('key-activity', [], 'Did the key do anything?', byKey),
  unanswered('ways-in', [], 'Is there another way in?', byName),
  unanswered('task', [], 'What does the task do?', refused('reading the task', 'ec2:DescribeExportTasks')),
];
const sentence = `(AccessDeniedException: ${session} with an explicit deny (in an SCP)); check that the role`;
const times = (text: string, words: string): number => text.split(words).length - 1;

describe('a refusal that leaves several questions open', () => {
  it('is told by the first of them, which the others name, with what each was about', () => {
    const [first, second, other] = saidOnce(findings);
    expect(first).toEqual(findings[0]);
    expect(second).toEqual({
      ...findings[1],
      detail:
        'not known: AwsAccessDenied: looking up Username mallory: cloudtrail:LookupEvents is refused to role soar-observe, see: Did the key do anything?',
      whyUnknown:
        'AwsAccessDenied: looking up Username mallory: cloudtrail:LookupEvents is refused to role soar-observe, see: Did the key do anything?',
    });
    // Another permission is another refusal.
    expect(other).toEqual(findings[2]);
  });

  it('is told once for each permission in the report and on the terminal, and in full on the record', () => {
    const report = aReport({ findings });
    const plain = (text: string) =>
      text
        .replaceAll(/<[^>]+>|\\/g, '')
        .replaceAll('&#39;', "'")
        .replaceAll('&amp;', '&');
    const shown = {
      workflowId: report.workflowId,
      runId: report.runId,
      incidentKey: report.incidentKey,
      running: false,
      status: 'COMPLETED',
      view: null,
      report,
      archive: null,
      successor: null,
      undosSince: [],
    };
    const terminal = incidentText(shown, { coloured: false, columns: 200 });
    for (const text of [plain(renderMarkdown(report)), plain(renderHtml(report)), terminal]) {
      expect(times(text, sentence)).toBe(2);
      expect(text).toContain('looking up Username mallory');
      expect(text).toContain('see: Did the key do anything?');
    }
    expect(times(JSON.stringify(report), 'check that the role')).toBe(6);
  });
});
