import { describe, expect, it } from 'vitest';
import { assess as assessBy } from '../../../../src/domain/severity/assess.ts';
import type { SeverityFacts } from '../../../../src/domain/severity/assessment.ts';
import { severityTable } from '../../../../src/domain/data/severity.ts';

const assess = (facts: SeverityFacts) => assessBy(facts, severityTable);

/** Nothing is known but that an export happened in a configured account. */
const nothing: Record<keyof SeverityFacts, string> = {
  exportSucceeded: 'yes',
  accountKnown: 'yes',
  accountSensitivity: 'unknown',
  environment: 'unknown',
  classification: 'unknown',
  bucketPublic: 'unknown',
  bucketReadableOutside: 'unknown',
  bucketUsual: 'unknown',
  actorAuthorised: 'unknown',
  documentedProcess: 'unknown',
  concealment: 'unknown',
  readOutside: 'unknown',
  copySharedOutside: 'unknown',
  exportDeclined: 'unknown',
  rightsTried: 'unknown',
};
const facts = (changes: Partial<typeof nothing>): SeverityFacts =>
  Object.fromEntries(
    Object.entries({ ...nothing, ...changes }).map(([name, value]) => [
      name,
      { value, evidence: `${name} is ${value}` },
    ]),
  ) as unknown as SeverityFacts;
const met = (changes: Partial<typeof nothing>) => assess(facts(changes)).met.map(({ id }) => id);

describe('the severity table', () => {
  it('has a row for each of the criteria S57 to S67', () => {
    const ids = new Set(severityTable.map(({ id }) => id));
    for (let number = 57; number <= 67; number++) expect(ids).toContain(`S${number}`);
  });

  it.each([
    ['S57', 'high', { environment: 'production' }, { environment: 'staging' }],
    ['S57', 'high', { accountSensitivity: 'high' }, { accountSensitivity: 'medium' }],
    ['S58', 'high', { classification: 'sensitive' }, { classification: 'internal' }],
    ['S59', 'high', { bucketPublic: 'yes' }, { bucketPublic: 'no' }],
    ['S59', 'high', { bucketReadableOutside: 'yes' }, { bucketReadableOutside: 'unknown' }],
    ['S59', 'high', { bucketUsual: 'no' }, { bucketUsual: 'unknown' }],
    ['S59', 'high', { copySharedOutside: 'yes' }, { copySharedOutside: 'unknown' }],
    ['S60', 'high', { actorAuthorised: 'no' }, { actorAuthorised: 'unknown' }],
    ['S60', 'high', { exportDeclined: 'yes' }, { exportDeclined: 'unknown' }],
    ['S60', 'high', { rightsTried: 'yes' }, { rightsTried: 'unknown' }],
    ['S61', 'high', { concealment: 'yes' }, { concealment: 'unknown' }],
    ['S122', 'high', { readOutside: 'yes' }, { readOutside: 'unknown' }],
    ['S62', 'medium', { environment: 'staging' }, { environment: 'unknown' }],
    ['S63', 'medium', { classification: 'internal' }, { classification: 'unknown' }],
    [
      'S64',
      'medium',
      { actorAuthorised: 'yes', documentedProcess: 'no' },
      { actorAuthorised: 'yes', documentedProcess: 'yes' },
    ],
    [
      'S64',
      'medium',
      { actorAuthorised: 'yes', documentedProcess: 'no', environment: 'staging' },
      { actorAuthorised: 'yes', documentedProcess: 'no', environment: 'test' },
    ],
    ['S65', 'low', { environment: 'development', actorAuthorised: 'yes' }, { environment: 'development' }],
    ['S65', 'low', { environment: 'test', documentedProcess: 'yes' }, { environment: 'test', documentedProcess: 'no' }],
    ['S66', 'low', { classification: 'public' }, { classification: 'unknown' }],
    ['S67', 'low', { documentedProcess: 'yes' }, { documentedProcess: 'unknown' }],
  ])('meets %s, %s, by %j and not by %j', (id, severity, firing, quiet) => {
    const assessment = assess(facts(firing));
    expect(assessment.met.map((criterion) => criterion.id)).toContain(id);
    expect(assessment.severity).toBe(severity);
    expect(met(quiet)).not.toContain(id);
  });
});

describe('an assessment', () => {
  it('is medium when no criterion is met', () => {
    expect(assess(facts({}))).toMatchObject({ severity: 'medium', met: [] });
  });

  it('is decided by the highest criterion, whatever low ones are met', () => {
    const assessment = assess(
      facts({ classification: 'public', documentedProcess: 'yes', environment: 'test', concealment: 'yes' }),
    );
    expect(assessment.severity).toBe('high');
    expect(assessment.met.map(({ id }) => id)).toEqual(['S61', 'S65', 'S66', 'S67']);
  });

  it('is medium when a medium criterion stands beside low ones', () => {
    expect(assess(facts({ classification: 'internal', documentedProcess: 'yes' })).severity).toBe('medium');
  });

  it('is raised by one level for an account that is not in config', () => {
    const assessment = assess(facts({ accountKnown: 'no' }));
    expect(assessment.severity).toBe('high');
    expect(assessment.met).toEqual([
      { id: 'S53', level: 'raise', criterion: 'account not in config', evidence: ['accountKnown is no'] },
    ]);
    expect(assess(facts({ accountKnown: 'no', classification: 'public' })).severity).toBe('medium');
    expect(assess(facts({ accountKnown: 'no', concealment: 'yes' })).severity).toBe('high');
  });

  it('is lowered by one level when the export failed, and only by knowing that', () => {
    const failed = { exportSucceeded: 'no' };
    expect(assess(facts({ ...failed, concealment: 'yes' })).severity).toBe('medium');
    expect(assess(facts(failed)).severity).toBe('low');
    expect(assess(facts({ ...failed, classification: 'public' })).severity).toBe('low');
    expect(assess(facts({ exportSucceeded: 'unknown', concealment: 'yes' })).severity).toBe('high');
  });

  it('raises before it lowers', () => {
    const facts_ = facts({ exportSucceeded: 'no', accountKnown: 'no', concealment: 'yes' });
    expect(assess(facts_).severity).toBe('medium');
  });

  it('never falls because a fact is not known', () => {
    const order = ['low', 'medium', 'high'];
    const known = { ...nothing, environment: 'production', classification: 'sensitive', bucketUsual: 'no' };
    for (const name of Object.keys(nothing) as (keyof SeverityFacts)[]) {
      const blind = assess(facts({ ...nothing, [name]: 'unknown' })).severity;
      expect(order.indexOf(blind)).toBeGreaterThanOrEqual(order.indexOf('medium'));
      expect(assess(facts({ ...known, [name]: 'unknown' })).severity).toBe('high');
    }
  });

  it('names the facts that are unknown and gives the evidence of what was met', () => {
    const assessment = assess(facts({ bucketPublic: 'yes', bucketUsual: 'no', environment: 'test' }));
    expect(assessment.unknown).not.toContain('environment');
    expect(assessment.unknown).toContain('concealment');
    expect(assessment.met).toEqual([
      {
        id: 'S59',
        level: 'high',
        criterion: 'export to a public bucket or one outside normal operational boundaries',
        evidence: ['bucketPublic is yes', 'bucketUsual is no'],
      },
    ]);
  });
});
