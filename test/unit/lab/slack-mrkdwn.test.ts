import { describe, expect, it } from 'vitest';
import { renderMrkdwn, renderText } from '../../../src/lab/slack/page/mrkdwn.ts';

const names = {
  user: (id: string) => (id === 'U0ALICE001' ? 'alice' : undefined),
  channel: (id: string) => (id === 'C0INCIDENT' ? 'incidents' : undefined),
};
const rendered = (text: string) => renderMrkdwn(text, names).markup;

describe('mrkdwn on the page of the Slack lab', () => {
  const cases: [string, string, string][] = [
    ['bold, italics, struck out', '*a* _b_ ~c~', '<strong>a</strong> <em>b</em> <s>c</s>'],
    ['marks inside marks', '*a _b_*', '<strong>a <em>b</em></strong>'],
    ['marks inside words as text', 'a*b*c snake_case_name 2 * 3 * 4', 'a*b*c snake_case_name 2 * 3 * 4'],
    ['code, where marks are text', '`*a* &lt;b&gt;`', '<code>*a* &#60;b&#62;</code>'],
    ['preformatted lines', '```\na\n *b*\n```', '<pre>a\n *b*\n</pre>'],
    ['text after preformatted lines', '```a```\nb\n\nc', '<pre>a</pre>b<br /><br />c'],
    ['quotations', 'a\n> b\n&gt; *c*\nd', 'a<br /><blockquote>b<br /><strong>c</strong></blockquote>d'],
    ['line breaks', 'a\nb', 'a<br />b'],
    ['the three entities once', '&amp;lt; &lt; &gt; &quot;', '&#38;lt; &#60; &#62; &#38;quot;'],
    [
      'mentions of people and channels',
      '<@U0ALICE001> <#C0INCIDENT>',
      '<span class="mention">@alice</span> <span class="mention">#incidents</span>',
    ],
    ['mentions of strangers by id', '<@U0NOBODY01>', '<span class="mention">@U0NOBODY01</span>'],
    [
      'what pings everybody',
      '<!here> `<!channel>`',
      '<span class="mention ping">@here</span> <code><span class="mention ping">@channel</span></code>',
    ],
    ['escaped pings as text', '&lt;!channel&gt;', '&#60;!channel&#62;'],
    ['dates by their fallback', '<!date^1795315237^{date}|22 November>', '<span>22 November</span>'],
    [
      'links',
      '<https://example.com/?a=1&amp;b="|a *b*>',
      '<a href="https://example.com/?a=1&#38;b=&#34;" target="_blank" rel="noopener noreferrer">a *b*</a>',
    ],
    ['other schemes as text', '<javascript:alert(1)|a>', '&#60;javascript:alert(1)|a&#62;'],
    ['markup as text', `<img src=x onerror='alert(1)'>`, '&#60;img src=x onerror=&#39;alert(1)&#39;&#62;'],
    ['known emoji', ':warning: :unknown_one:', '⚠️ :unknown_one:'],
  ];

  it.each(cases)('shows %s', (_name, text, markup) => {
    expect(rendered(text)).toBe(markup);
  });

  it('shows plain text without any of this', () => {
    const text = { type: 'plain_text' as const, text: '*a* <!channel> `b`' };
    expect(renderText(text, names).markup).toBe('*a* &#60;!channel&#62; `b`');
  });

  it('is quick with a long text of nothing but marks', () => {
    const started = performance.now();
    for (const text of ['*a', '<', '`', '> ', '_', '~*']) rendered(text.repeat(40_000 / text.length));
    expect(performance.now() - started).toBeLessThan(3000);
  });
});
