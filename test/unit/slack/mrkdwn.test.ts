import { describe, expect, it } from 'vitest';
import { code, codeBlock, mrkdwn, mrkdwnWithin } from '../../../src/slack/mrkdwn.ts';

describe('text for mrkdwn', () => {
  it.each([
    ['<!channel> look', '`&lt;!channel&gt;` look'],
    ['<@U012AB3CD>', '`&lt;@U012AB3CD&gt;`'],
    ['@here #general', '`@here #general`'],
    ['<https://evil.example|safe>', '`&lt;https://evil.example|safe&gt;`'],
    ['see https://evil.example now', 'see `https://evil.example` now'],
    ['www.evil.example', '`www.evil.example`'],
    ['mail me@evil.example', 'mail `me@evil.example`'],
    ['*bold* _it_ ~no~', '`*bold* _it_ ~no~`'],
    ['a `b` c', "a `'b'` c"],
    ['``` block', "`'''` block"],
    ['> quote', '`&gt;` quote'],
    [':white_check_mark: approved', '`:white_check_mark:` approved'],
    ['a & b', 'a `&amp;` b'],
    ['one\n*two*', 'one `*two*`'],
    ['14:36:smile: 14:36', '`14:36:smile`: 14:36'],
  ])('%j becomes %j', (hostile, harmless) => {
    expect(mrkdwn(hostile)).toBe(harmless);
  });

  it('of nothing but marks is judged at once', () => {
    const begun = performance.now();
    const marks = ',;:'.repeat(60_000);
    expect(mrkdwn(`${marks}x`)).toBe(`\`${marks}x\``);
    expect(performance.now() - begun).toBeLessThan(2000);
  });

  it('keeps sentences as they are, and names exact to copy', () => {
    expect(mrkdwn('Deny reads of the export (100%), as planned.')).toBe('Deny reads of the export (100%), as planned.');
    expect(mrkdwn('by arn:aws:iam::111111111111:user/mallory from 198.51.100.7')).toBe(
      'by `arn:aws:iam::111111111111:user/mallory` from 198.51.100.7',
    );
    expect(mrkdwn('Zoë 李雷 went')).toBe('Zoë 李雷 went');
    expect(mrkdwn('due 2026-03-02 14:36 UTC. Decide')).toBe('due 2026-03-02 14:36 UTC. Decide');
    expect(mrkdwn('on arn:aws:s3:::one, arn:aws:s3:::two; account 1')).toBe(
      'on `arn:aws:s3:::one`, `arn:aws:s3:::two`; account 1',
    );
  });

  it('leaves the brackets and colons of a sentence out of the names in it, and those of a name in', () => {
    expect(mrkdwn('high: bucket b (can be read by arn:aws:iam::111111111111:root)')).toBe(
      'high: bucket b (can be read by `arn:aws:iam::111111111111:root`)',
    );
    expect(mrkdwn('actor (arn:aws:iam::111111111111:user/x is not listed)')).toBe(
      'actor (`arn:aws:iam::111111111111:user/x` is not listed)',
    );
    expect(mrkdwn('arn:aws:iam::111111111111:user/mallory: has read it')).toBe(
      '`arn:aws:iam::111111111111:user/mallory`: has read it',
    );
    expect(mrkdwn('export failed (Client.UnauthorizedOperation) of f(a_b)')).toBe(
      'export failed `(Client.UnauthorizedOperation)` of `f(a_b)`',
    );
  });

  it('is cut so that what Slack counts fits, with every code closed', () => {
    const text = mrkdwnWithin('<&>'.repeat(4000), 500);
    expect(text.length).toBeLessThanOrEqual(500);
    expect(text.split('`').length % 2).toBe(1);
    expect(mrkdwnWithin('short', 500)).toBe('short');
  });

  it('in code cannot leave it', () => {
    expect(code('a`*b*`\n<!here>')).toBe("`a'*b*' &lt;!here&gt;`");
    expect(codeBlock(['```', '<!here>'])).toBe("```\n'''\n&lt;!here&gt;\n```");
    expect(code(' ')).toBe('');
  });
});
