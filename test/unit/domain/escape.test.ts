import { describe, expect, it } from 'vitest';
import { markdownText, plainText } from '../../../src/domain/escape.ts';

describe('plain text', () => {
  it('is one line without anything that a terminal obeys', () => {
    expect(plainText('a\r\nb\tc\u2028d')).toBe('a b c d');
    expect(plainText('\u001b[31mred\u001b[0m\u0007\u009b2J')).toBe('[31mred[0m2J');
  });

  it('hides nothing and turns nothing around', () => {
    expect(plainText('safe\u202egnp.exe')).toBe('safegnp.exe');
    expect(plainText('pay\u200bpal\ufeff\u{e0041}')).toBe('paypal');
    expect(plainText('half \ud800 pair')).toBe('half \ufffd pair');
  });

  it('keeps names of any script', () => {
    expect(plainText('Zoë 李雷 🚀')).toBe('Zoë 李雷 🚀');
  });
});

describe('Markdown text', () => {
  it.each([
    ['<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
    ['&lt;b&gt;', '&amp;lt;b&amp;gt;'],
    ['![x](http://evil/p.png)', '\\!\\[x\\](http\\://evil/p.png)'],
    ['https://evil.example', 'https\\://evil.example'],
    ['WWW.evil.example', 'WWW\\.evil.example'],
    ['mail me@evil.example @team', 'mail me\\@evil.example \\@team'],
    ['**bold** _it_ ~~no~~ `code` $x$', '\\*\\*bold\\*\\* \\_it\\_ \\~\\~no\\~\\~ \\`code\\` \\$x\\$'],
    ['a | b', 'a \\| b'],
    ['x\n\n# Heading', 'x \\# Heading'],
    ['- item', '\\- item'],
    ['---', '\\---'],
    ['12. item', '12\\. item'],
    ['back\\slash', 'back\\\\slash'],
  ])('%j becomes %j', (hostile, harmless) => {
    expect(markdownText(hostile)).toBe(harmless);
  });

  it('leaves ARNs, addresses, times and versions readable', () => {
    const arn = 'arn:aws:iam::111111111111:user/mallory';
    expect(markdownText(arn)).toBe(arn);
    expect(markdownText('198.51.100.7, 2026-03-02T10:00:00Z, aws-cli/2.17.0')).toBe(
      '198.51.100.7, 2026-03-02T10:00:00Z, aws-cli/2.17.0',
    );
  });
});
