import type { Severity, SeverityFacts } from './assessment.ts';

/** One row: it is met when every fact under `when` has one of the named values. */
export interface SeverityRow<Facts = SeverityFacts> {
  /** Number of the criterion in the playbook. */
  id: string;
  level: Severity | 'raise' | 'lower';
  criterion: string;
  when: { fact: keyof Facts & string; is: string[] }[];
}
