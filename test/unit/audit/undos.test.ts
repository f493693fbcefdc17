import { describe, expect, it } from 'vitest';
import { renderMarkdown } from '../../../src/audit/render/markdown.ts';
import type { Answer } from '../../../src/domain/findings/evidence.ts';
import { finding } from '../../../src/domain/findings/finding.ts';
import { incidentKey } from '../../../src/domain/names.ts';
import { times } from '../../support/builders.ts';
import { anAction, aReport } from './a-report.ts';

const sectionOf = (markdown: string, title: string): string =>
  markdown.split(`## ${title}\n`)[1]?.split('\n## ')[0] ?? '';
const undo = {
  at: times.now,
  by: 'carol',
  reason: 'ordered by <the owner>',
  actions: ['deny-export-reads'],
  planned: ['undo/deny-export-reads'],
  outcome: '1 of 1 undone',
};

describe('the report of an incident of which something was undone', () => {
  const actions = [anAction(), anAction({ id: 'undo/deny-export-reads', title: 'Undo: Deny reads of the export' })];
  const markdown = renderMarkdown(aReport({ actions, undos: [undo] }));

  it('says who asked for what, why, and what came of it', () => {
    expect(sectionOf(markdown, 'Undo')).toContain(
      `| ${times.now} | carol | deny-export-reads | ordered by &lt;the owner&gt; | 1 of 1 undone |`,
    );
    expect(sectionOf(markdown, 'Actions')).toContain('### Undo: Deny reads of the export');
  });

  it('counts what was undone as not in place', () => {
    expect(sectionOf(markdown, 'Summary')).toContain('Of 1 action, 0 are in place and 1 is undone, approved by alice');
  });

  it('counts an action once that drifted and was put back', () => {
    const again = [anAction(), anAction({ id: 'deny-actor' }), anAction()];
    expect(sectionOf(renderMarkdown(aReport({ actions: again })), 'Summary')).toContain('All 2 actions are in place');
  });

  it('does not leave it at that where the containment was not seen to hold', () => {
    const held = (answer: Answer) => {
      const findings = [finding('contained', ['S93'], 'Does the containment hold?', answer, 'd')];
      return sectionOf(renderMarkdown(aReport({ findings })), 'Summary');
    };
    expect(held('unknown')).toContain('; whether the containment holds is not known.');
    expect(held('no')).toContain('; the containment does not hold.');
    expect(held('yes')).not.toContain('the containment');
  });

  it('is silent about undos where nobody asked for one', () => {
    const quiet = renderMarkdown(aReport());
    expect(sectionOf(quiet, 'Undo').trim()).toBe('Nobody asked to undo anything.');
    expect(sectionOf(quiet, 'Summary')).toContain('Of 1 action, 1 is in place');
  });
});

describe('the report of an undo', () => {
  it('begins with whose acts it undoes, who asked, and what it came to', () => {
    const undoes = aReport().workflowId;
    const markdown = renderMarkdown(
      aReport({ workflowId: `${undoes}/undo/1`, incidentKey: incidentKey(`${undoes}/undo/1`), undoes, undos: [undo] }),
    );
    expect(markdown).toMatch(/^# VMX-[A-Z2-7]{10}-undo-1: /);
    const summary = sectionOf(markdown, 'Summary');
    expect(summary).toContain(`This undoes what ${incidentKey(undoes)} did`);
    expect(summary).toContain('carol asked for it');
    expect(summary).toContain('It came to: 1 of 1 undone.');
    expect(sectionOf(markdown, 'Record')).toContain(`| Undoes | ${undoes} |`);
  });
});
