import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../../src/domain/findings/evidence.ts';
import { declinedTicket, sourceFindings } from '../../../../src/domain/findings/source-findings.ts';
import type { SourceAnswer, SourceReplies } from '../../../../src/domain/findings/sources.ts';
import { aMention, aSourcePolicy, aSourceQuestion, ids, nobodyWrote } from '../../../support/builders.ts';

const question = aSourceQuestion();
const replied = (changes: Partial<SourceAnswer>): SourceReplies => ({
  jira: { state: 'answered', ...nobodyWrote('jira', changes) },
});
const unseen = aMention({ matched: [], unseen: true });
const onlyJira = aSourcePolicy({ connected: ['jira'] });
const find = (findings: Finding[], id: string): Finding => findings.find((finding) => finding.id === id)!;
const tickets = (changes: Partial<SourceAnswer>): Finding =>
  find(sourceFindings(onlyJira, question, replied(changes)), 'tickets');
const explanation = (replies: SourceReplies): Finding =>
  find(sourceFindings(onlyJira, question, replies), 'explanation');

describe('what people wrote', () => {
  it('answers the questions of validation and investigation about the person', () => {
    const items = sourceFindings(aSourcePolicy(), question, {}).flatMap((finding) => finding.sources);
    expect(new Set(items)).toEqual(new Set(['S72', 'S74', 'S75', 'S76', 'S92']));
  });

  it('explains the export where it names it and is older, as a reason and not a proof', () => {
    const finding = tickets({ mentions: [aMention()] });
    expect(finding).toMatchObject({ answer: 'yes', sources: ['S75'], evidence: [{ uri: 'memory:source-jira' }] });
    expect(finding.detail).toBe(
      'a reason, not a proof: "OPS-12 Move the shop to the new cluster" (Approved) by Carol of ' +
        `2026-03-01T09:00:00.000Z with ${ids.instance} https://acme.atlassian.net/browse/OPS-12`,
    );
    expect(explanation(replied({ mentions: [aMention()] }))).toMatchObject({
      answer: 'yes',
      sources: ['S72', 'S92'],
      detail: 'a reason, not a proof, see tickets',
    });
  });

  it('says so where it was changed since, or is by the actor', () => {
    const { detail } = tickets({ mentions: [aMention({ byActor: true, changed: '2026-03-02T11:00:00.000Z' })] });
    expect(detail).toContain('by the actor of 2026-03-01T09:00:00.000Z changed since, 2026-03-02T11:00:00.000Z, with');
  });

  it.each([
    ['was written after the export', { time: '2026-03-02T10:00:01.000Z' }],
    ['has no time', { time: undefined }],
    ['is about exports in general', { matched: ['migration'] }],
  ])('explains nothing where it %s, and is told beside the answer', (_, changes) => {
    const mention = { ...aMention(), ...changes } as ReturnType<typeof aMention>;
    const finding = tickets({ mentions: [mention] });
    expect(finding).toMatchObject({ answer: 'no' });
    expect(finding.detail).toContain('beside that: "OPS-12');
  });

  it('is denied only where everything was searched for', () => {
    expect(tickets({})).toMatchObject({
      answer: 'no',
      detail: `nothing since ${question.from} names ${ids.instance}, ${ids.task}, ${ids.bucket}; Mallory (mal) was looked for, too`,
    });
    expect(explanation(replied({}))).toMatchObject({ answer: 'no' });
  });

  it.each([
    ['more was found than was read', { truncated: true }, 'Jira found more than was read'],
    ['part of it was refused', { gaps: [{ what: 'search for x', why: 'Jira answered 400' }] }, 'Jira answered 400'],
    ['the name stands where it cannot be seen', { mentions: [unseen] }, 'in a part that it did not show'],
    ['nobody knows who the actor is there', { person: null }, 'identityMap does not say who the actor is in Jira'],
  ])('is not known where %s', (_, changes, why) => {
    expect(tickets(changes)).toMatchObject({ answer: 'unknown', whyUnknown: expect.stringContaining(why) as unknown });
    expect(explanation(replied(changes)).whyUnknown).toContain(why);
  });

  it('is not known where a source failed, has not answered yet, or was not asked', () => {
    const why = (replies: SourceReplies, asked: typeof question | null = question) =>
      find(sourceFindings(onlyJira, asked, replies), 'tickets').whyUnknown;
    expect(why({ jira: { state: 'failed', why: 'SourceUnauthorised: Jira answered 401' } })).toContain('401');
    expect(why({ jira: { state: 'asked' } })).toBe('Jira has not answered yet');
    expect(why({}, null)).toContain('allow-list');
  });

  it.each(['pull-requests', 'tickets', 'pages', 'messages', 'explanation'])(
    'admits that nothing is connected for %s',
    (id) => {
      for (const policy of [undefined, aSourcePolicy({ connected: [] })]) {
        expect(find(sourceFindings(policy, question, {}), id)).toMatchObject({
          answer: 'unknown',
          whyUnknown: expect.stringContaining('not configured') as unknown,
        });
      }
    },
  );

  it('leaves sources that are not connected out of the answer', () => {
    const findings = sourceFindings(onlyJira, question, replied({}));
    expect(find(findings, 'messages').answer).toBe('unknown');
    expect(find(findings, 'explanation').answer).toBe('no');
  });
});

describe('a declined ticket', () => {
  const declined = aMention({ states: ['Done', 'declined'] });
  const among = (mentions: SourceAnswer['mentions']) =>
    declinedTicket(aSourcePolicy(), question, replied({ mentions }));

  it('is one that names the export, is older, and ended with no', () => {
    expect(among([declined])).toBe(declined);
    expect(among([aMention()])).toBeNull();
    expect(among([{ ...declined, time: '2026-03-02T11:00:00.000Z' }])).toBeNull();
    expect(among([{ ...declined, matched: ['export'] }])).toBeNull();
    expect(declinedTicket(aSourcePolicy(), question, { jira: { state: 'asked' } })).toBeNull();
  });
});
