import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../../src/audit/render/html.ts';
import { renderMarkdown } from '../../../src/audit/render/markdown.ts';
import type { TemporaryMeasure } from '../../../src/domain/plan/temporary.ts';
import { times } from '../../support/builders.ts';
import { aReport } from './a-report.ts';

const measure: TemporaryMeasure = {
  id: 'isolate-account',
  title: 'Isolate account <b>1</b>',
  since: times.received,
  reviewAt: times.now,
  asked: [times.detected],
  ended: null,
};

describe('the report of an incident with something in force for a while', () => {
  it.each([
    ['that it stands and when people are asked next', {}, `in force; people are asked to lift it on ${times.now}`],
    ['that it stands and nobody is asked any more', { reviewAt: null }, 'in force; nobody is asked any more'],
    ['that it was lifted', { reviewAt: null, ended: 'it was lifted' }, 'it was lifted'],
  ])('says %s, in both renderings', (_, changes, words) => {
    const report = aReport({ temporary: [{ ...measure, ...changes }] });
    const markdown = renderMarkdown(report);
    expect(markdown).toContain('## For a while\n');
    expect(markdown).toContain(
      `| Isolate account &lt;b&gt;1&lt;/b&gt; | ${times.received} | ${times.detected} | ${words} |`,
    );
    const page = renderHtml(report);
    const [, part = ''] = page.split('<section id="for-a-while"');
    expect(part.split('</section>')[0]).toContain(words);
    expect(part).toContain('Isolate account &lt;b&gt;1&lt;/b&gt;');
  });

  it('says nothing where there was nothing', () => {
    expect(renderMarkdown(aReport())).not.toContain('For a while');
    expect(renderHtml(aReport())).not.toContain('for-a-while');
  });
});
