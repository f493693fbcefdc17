import { describe, expect, it } from 'vitest';
import { markup, link, whole } from '../../../src/audit/render/html-template.ts';

describe('a template of the page', () => {
  it('escapes whatever is put into it, in text and in attributes', () => {
    const hostile = `<img src=x onerror="alert('1')"> & more`;
    expect(markup`<p title="${hostile}">${hostile}</p>`.text).toBe(
      '<p title="&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt; &amp; more">' +
        '&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt; &amp; more</p>',
    );
  });

  it('takes markup of its own as it is, lists one after the other, and nothing for nothing', () => {
    const items = ['a', 'b'].map((item) => markup`<li>${item}</li>`);
    expect(markup`<ul>${items}</ul>${undefined}${7}`.text).toBe('<ul><li>a</li><li>b</li></ul>7');
  });

  it('believes no object that only looks like markup', () => {
    const forged = JSON.parse('{"text":"<script>"}') as never;
    expect(() => markup`${forged}`).toThrow();
  });

  it('takes control and direction characters out, and cuts what is endless, but not a line of a change', () => {
    expect(markup`${'a\u001b[2J\u202eb\nc'}`.text).toBe('a[2Jb c');
    expect(markup`${'x'.repeat(5_000)}`.text).toMatch(/^x{1000}… \(5000 characters\)$/);
    expect(markup`${whole('x'.repeat(5_000))}`.text).toHaveLength(5_000);
  });
});

describe('a link', () => {
  it('leads to pages of the web', () => {
    expect(link('https://example.org/?a=1&b="2"', 'a <page>').text).toBe(
      '<a href="https://example.org/?a=1&amp;b=&quot;2&quot;" rel="noreferrer noopener">a &lt;page&gt;</a>',
    );
  });

  it.each(['javascript:alert(1)', ' javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'nonsense'])(
    'does not become one where it says %s',
    (url) => {
      expect(link(url, 'words').text).not.toContain('<a');
    },
  );
});
