import { describe, expect, it } from 'vitest';
import { excerptOf } from '../../../../src/domain/findings/excerpt.ts';

describe('an excerpt', () => {
  it('is one line without control characters', () => {
    expect(excerptOf('first\nsecond\u001b[31m\u202e third', [])).toBe('first second[31m third');
  });

  it('has at most 200 characters, around the first word that was found', () => {
    const excerpt = excerptOf(`${'before '.repeat(100)}i-0123456789abcdef0 ${'after '.repeat(100)}`, [
      'i-0123456789abcdef0',
    ]);
    expect(Array.from(excerpt)).toHaveLength(200);
    expect(excerpt).toContain('i-0123456789abcdef0');
    expect(excerpt.at(0)).toBe('…');
    expect(excerpt.at(-1)).toBe('…');
    expect(excerptOf('x'.repeat(300), ['nowhere'])).toBe(`${'x'.repeat(199)}…`);
  });

  it.each([
    ['ghp_16C7e42F292c6912E7710c838347Ae178B4a'],
    ['xoxb-1234567890-abcdefghij'],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl'],
    ['password: hunter2'],
    ['aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'],
    ['wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'],
    ['-----BEGIN RSA PRIVATE KEY----- MIIEow'],
  ])('holds no credential such as %s', (credential) => {
    const excerpt = excerptOf(`for the export use ${credential}`, ['export']);
    expect(excerpt).toMatch(/^for the export use .*\[redacted\]$/);
    expect(excerpt).not.toContain(credential);
  });

  it('keeps what only looks long', () => {
    const text = `${'a1'.repeat(20)} s3://acme-vm-exports/nightly/export-i-0fedcba9876543210.ova`;
    expect(excerptOf(text, [])).toBe(text);
  });
});
