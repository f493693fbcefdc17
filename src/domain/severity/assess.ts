import type { Assessment, MetCriterion, Severity, SeverityFacts } from './assessment.ts';
import { severityTable, type SeverityRow } from './severity-table.ts';

const levels: Severity[] = ['low', 'medium', 'high'];
const order: MetCriterion['level'][] = ['high', 'medium', 'low', 'raise', 'lower'];

const shifted = (severity: Severity, by: number): Severity =>
  levels[Math.min(Math.max(levels.indexOf(severity) + by, 0), levels.length - 1)] ?? severity;

const isMet = (row: SeverityRow, facts: SeverityFacts): boolean =>
  row.when.every(({ fact, is }) => is.includes(facts[fact]?.value ?? 'unknown'));

/** Alternatives of one number are one criterion with the evidence of each. */
function metCriteria(facts: SeverityFacts): MetCriterion[] {
  const met: MetCriterion[] = [];
  for (const row of severityTable.filter((candidate) => isMet(candidate, facts))) {
    const evidence = row.when.flatMap(({ fact }) => facts[fact]?.evidence ?? []);
    const same = met.find(({ id }) => id === row.id);
    if (same) same.evidence = [...new Set([...same.evidence, ...evidence])];
    else met.push({ id: row.id, level: row.level, criterion: row.criterion, evidence });
  }
  return met.sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level));
}

/**
 * Facts to severity: the highest criterion that is met decides, medium where none is. An account that nobody configured
 * raises the result by one level, a failed export lowers it by one (S47), in this order. An unknown fact meets no
 * criterion of its own and so never lowers anything (P8).
 */
export function assess(facts: SeverityFacts): Assessment {
  const met = metCriteria(facts);
  const highest = order.slice(0, 3).find((level) => met.some((criterion) => criterion.level === level));
  let severity: Severity = (highest as Severity | undefined) ?? 'medium';
  if (met.some(({ level }) => level === 'raise')) severity = shifted(severity, 1);
  if (met.some(({ level }) => level === 'lower')) severity = shifted(severity, -1);
  const unknown = Object.entries(facts as unknown as Record<string, { value: string }>)
    .filter(([, fact]) => fact.value === 'unknown')
    .map(([name]) => name);
  return { severity, met, unknown };
}
