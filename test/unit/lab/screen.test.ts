import { describe, expect, it } from 'vitest';
import { styler } from '../../../src/cli/terminal.ts';
import type { Finding } from '../../../src/domain/findings/evidence.ts';
import type { TimelineEntry } from '../../../src/domain/timeline.ts';
import { changeInShort, DemoScreen } from '../../../src/lab/demo/screen.ts';
import { aRequestFor } from './a-request.ts';

function aScreen() {
  let text = '';
  const write = (more: string) => void (text += more);
  const screen = new DemoScreen({ write, style: styler({ coloured: false }), columns: 100 });
  return { screen, text: () => text };
}
const entry = (kind: TimelineEntry['kind'], text: string): TimelineEntry => ({
  at: '2026-03-02T10:00:00.000Z',
  phase: 'triage',
  kind,
  text,
});

describe("the demo's screen", () => {
  it('heads each phase once and tells what it found before what it came to', () => {
    const { screen, text } = aScreen();
    const finding: Finding = {
      id: 'f',
      sources: ['S47'],
      question: 'Succeeded?',
      answer: 'no',
      detail: 'x',
      evidence: [],
    };
    screen.timeline(entry('phase', 'triage began'));
    screen.findings([finding]);
    screen.timeline(entry('phase', 'triage: refused'));
    expect(text().match(/■ triage/g)).toHaveLength(1);
    expect(text().indexOf('Succeeded? no: x')).toBeLessThan(text().indexOf('→ refused'));
    expect(text()).not.toContain('began');
  });

  it('shows text from outside as text', () => {
    const { screen, text } = aScreen();
    screen.timeline(entry('note', 'mallory\u001b[2J\nwas here\u202e'));
    expect(text()).toContain('mallory[2J was here');
    for (const obeyed of ['\u001b', '\u202e']) expect(text()).not.toContain(obeyed);
  });

  it('writes nothing after a question that stands, and all of it once somebody has answered', async () => {
    const { screen, text } = aScreen();
    let answer: (value: string) => void = () => undefined;
    const asking = screen.whileAsking(() => new Promise<string>((resolve) => (answer = resolve)));
    screen.timeline(entry('note', 'an alert more'));
    screen.progress('still at work');
    screen.plan(aRequestFor('deny-actor'));
    expect(text()).toBe('');
    answer('y');
    expect(await asking).toBe('y');
    expect(text().indexOf('an alert more')).toBeLessThan(text().indexOf('still at work'));
    expect(text()).toContain('The plan: 1 action(s)');
    screen.progress('going on');
    expect(text()).toContain('going on');
  });

  it('writes what it held when nobody answers: the question was interrupted', async () => {
    const { screen, text } = aScreen();
    const asking = screen.whileAsking(() => Promise.reject(new Error('interrupted')));
    screen.progress('stopping');
    await expect(asking).rejects.toThrow('interrupted');
    expect(text()).toContain('stopping');
  });

  it('shows target, calls, change and undo of every action', () => {
    const { screen, text } = aScreen();
    const request = aRequestFor('cancel-export:export-i-1');
    screen.plan(request);
    const [action] = request.plan.actions;
    for (const shown of [action!.id, action!.target, ...action!.calls, 'IRREVERSIBLE', '"active" → "cancelled"']) {
      expect(text()).toContain(shown);
    }
    expect(text()).toContain('beyond the playbook: Isolate the account: not configured');
  });
});

describe('a change in short', () => {
  const statement = (Sid: string) => ({ Sid, Effect: 'Allow' });
  it('names the statements that come and go', () => {
    const before = { Statement: [statement('A'), statement('B')] };
    expect(changeInShort(before, { Statement: [statement('A'), statement('C')] })).toBe('− statement B, + statement C');
    expect(changeInShort(null, { Statement: [statement('A')] })).toBe('+ statement A');
    expect(changeInShort({ Statement: [{ Effect: 'Allow', Action: 's3:*' }] }, null)).toBe('− Allow "s3:*"');
  });

  it('counts grants', () => expect(changeInShort({ grants: [1, 2] }, { grants: [1] })).toBe('2 grant(s) → 1 grant(s)'));
});
