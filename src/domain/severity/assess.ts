import type { Assessment, Fact, MetCriterion, Severity } from './assessment.ts';
import type { SeverityRow } from './severity-table.ts';

const levels: Severity[] = ['low', 'medium', 'high'];
const order: MetCriterion['level'][] = ['high', 'medium', 'low', 'raise', 'lower'];

const shifted = (severity: Severity, by: number): Severity =>
  levels[Math.min(Math.max(levels.indexOf(severity) + by, 0), levels.length - 1)] ?? severity;

/** One word per fact of a playbook; an absent one says nothing. */
type Facts<F> = { [Name in keyof F]: Fact<string> | undefined };

const isMet = <F extends Facts<F>>(row: SeverityRow<F>, facts: F): boolean =>
  row.when.every(({ fact, is }) => is.includes(facts[fact]?.value ?? 'unknown'));

/** Alternatives of one number are one criterion with the evidence of each. */
function metCriteria<F extends Facts<F>>(facts: F, table: SeverityRow<F>[]): MetCriterion[] {
  const met: MetCriterion[] = [];
  for (const row of table.filter((candidate) => isMet(candidate, facts))) {
    const evidence = row.when.flatMap(({ fact }) => facts[fact]?.evidence ?? []);
    const same = met.find(({ id }) => id === row.id);
    if (same) same.evidence = [...new Set([...same.evidence, ...evidence])];
    else met.push({ id: row.id, level: row.level, criterion: row.criterion, evidence });
  }
  return met.sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level));
}

/**
 * A playbook's facts to severity, by its table: the highest criterion that is met decides, medium where none is. An account that nobody configured
 * raises the result by one level, a failed export lowers it by one (S47), in this order. An unknown fact meets no
 * criterion of its own and so never lowers anything (P8). `asks`: facts of a playbook's own as questions; what is unknown is
 * said by them.
 */
export function assess<F extends Facts<F>>(
  facts: F,
  table: SeverityRow<F>[],
  asks: Partial<Record<keyof F, string>> = {},
): Assessment {
  const met = metCriteria(facts, table);
  const highest = order.slice(0, 3).find((level) => met.some((criterion) => criterion.level === level));
  let severity: Severity = (highest as Severity | undefined) ?? 'medium';
  if (met.some(({ level }) => level === 'raise')) severity = shifted(severity, 1);
  if (met.some(({ level }) => level === 'lower')) severity = shifted(severity, -1);
  const unknown = Object.entries(facts as unknown as Record<string, { value: string }>)
    .filter(([, fact]) => fact.value === 'unknown')
    .map(([name]) => asks[name as keyof F] ?? name);
  return { severity, met, unknown };
}
