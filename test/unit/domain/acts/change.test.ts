import { describe, expect, it } from 'vitest';
import { changeLines, shortChange } from '../../../../src/domain/acts/change.ts';
import type { Json } from '../../../../src/domain/json.ts';
import type { Statement } from '../../../../src/domain/policy/policy-document.ts';
import { aDocument, outsideStatement, serviceStatement } from '../../../support/builders.ts';

const shown = (before: unknown, after: unknown): string[] =>
  changeLines(before as Json, after as Json).map(({ mark, text }) => `${mark} ${text}`);

describe('a change', () => {
  it('of one word is that word before and after', () => {
    expect(shown('active', 'cancelled')).toEqual(['- active', '+ cancelled']);
  });

  it('of nothing into something is added lines only, and of the same into the same none', () => {
    expect(shown(null, { state: 'on' })).toEqual(['+ {"state":"on"}']);
    expect(shown({ state: 'on' }, { state: 'on' })).toEqual(['  {"state":"on"}']);
    expect(shown(null, null)).toEqual([]);
  });

  it('of a policy names statements that stay in one line, and shows those that come and go whole', () => {
    const deny = {
      Sid: 'Ours',
      Effect: 'Deny',
      Principal: '*',
      Action: ['s3:GetObject'],
      Resource: 'arn:aws:s3:::b/*',
    };
    const lines = shown(aDocument(serviceStatement, outsideStatement), aDocument(serviceStatement, deny));
    expect(lines[0]).toBe('  statement VmExport: unchanged');
    expect(lines).toContain('-   "Sid": "Partner",');
    expect(lines).toContain('+   "Sid": "Ours",');
    expect(lines.filter((line) => line.includes('VmExport'))).toHaveLength(1);
  });

  it('of a statement under its own Sid shows the lines that differ', () => {
    const before = {
      ...outsideStatement,
      Resource: ['arn:aws:s3:::acme-vm-exports', 'arn:aws:s3:::acme-vm-exports/*'],
    };
    const after = { ...before, Effect: 'Deny' };
    const lines = shown(aDocument(before), aDocument(after));
    expect(lines.filter((line) => !line.startsWith(' '))).toEqual(['-   "Effect": "Allow",', '+   "Effect": "Deny",']);
  });

  it('of what is too long for one line is JSON, with a comma behind all but the last', () => {
    const names = ['a-name-of-thirty-characters-or', 'another-one-of-thirty-characte'];
    expect(shown(null, { state: 'on', names })).toEqual([
      '+ {',
      '+   "state": "on",',
      '+   "names": [',
      `+     "${names[0] ?? ''}",`,
      `+     "${names[1] ?? ''}"`,
      '+   ]',
      '+ }',
    ]);
  });

  it('tells two equal statements from one', () => {
    const lines = shown(aDocument(serviceStatement, serviceStatement), aDocument(serviceStatement));
    expect(lines[0]).toBe('  statement VmExport: unchanged');
    expect(lines.filter((line) => line.startsWith('-')).length).toBeGreaterThan(3);
  });

  it('of the document itself is seen, too', () => {
    const lines = shown({ ...aDocument(serviceStatement), Version: '2008-10-17' }, aDocument(serviceStatement));
    expect(lines).toEqual([
      '- {"Version":"2008-10-17"}',
      '+ {"Version":"2012-10-17"}',
      '  statement VmExport: unchanged',
    ]);
  });

  it('holds no line break or control character of somebody else', () => {
    expect(shown('a\nb\u001b[2J', { Statement: 'x\u202e' })).toEqual(['- a b[2J', '+ {"Statement":"x"}']);
  });

  it('of huge documents is still found quickly, without aligning them', () => {
    const document = (mark: string) => Array.from({ length: 2000 }, (_, index) => `${mark}-${index}-${'x'.repeat(60)}`);
    const started = performance.now();
    expect(shown(document('a'), document('b'))).toHaveLength(4004);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe('a short change', () => {
  const document = (...statements: Statement[]) => aDocument(...statements) as unknown as Json;
  const lines = changeLines(document(serviceStatement), document(serviceStatement, outsideStatement));

  it('keeps what changes and counts what it leaves out', () => {
    const { lines: kept, left } = shortChange(lines, 3);
    expect(kept.map(({ mark }) => mark)).toEqual(['+', '+', '+']);
    expect(kept.length + left).toBe(lines.length);
  });

  it('is whole where it fits', () => {
    expect(shortChange(lines, 100)).toEqual({ lines, left: 0 });
  });
});
