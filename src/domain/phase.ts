/** The playbook's phases in order; docs/glossary.md maps them to NIST SP 800-61. */
export const phases = [
  'triage',
  'validation',
  'investigation',
  'containment',
  'eradication',
  'recovery',
  'post-incident',
] as const;

export type Phase = (typeof phases)[number];
