import type { IncidentFigures } from '../../src/domain/report/incident-figures.ts';

const start = Date.parse('2027-01-01T08:00:00.000Z');
const day = 86_400_000;
const pick = <T>(values: readonly T[], index: number): T => values[index % values.length] as T;

/** Incidents of a quarter: of each severity and verdict, some of them with figures that nobody knows. */
export const manyFigures = (count: number): IncidentFigures[] =>
  Array.from({ length: count }, (_, index): IncidentFigures => {
    const openedAt = new Date(start + (index * 90 * day) / Math.max(1, count)).toISOString();
    const verdict = pick(['unauthorised-export', 'authorised', 'unauthorised-attempt', 'undetermined'] as const, index);
    const exported = verdict === 'unauthorised-export';
    return {
      incidentKey: `VMX-${String(index).padStart(10, 'A')}`,
      runId: `run-${index}`,
      openedAt,
      closedAt: new Date(Date.parse(openedAt) + 8 * day).toISOString(),
      account: pick(['111111111111', '222222222222'], index),
      severity: pick(['high', 'low', 'medium'] as const, index),
      verdict,
      rule: pick(['ec2-vm-export', 'ec2-vm-export-failure', null], index),
      allowListEntry: verdict === 'authorised' ? 'nightly-backup' : null,
      requests: index % 7 === 0 ? null : index % 3,
      overdue: index % 7 === 0 ? null : index % 3 === 2 ? 1 : 0,
      rechecks: exported ? 3 : 0,
      drifted: exported && index % 5 === 0 ? 1 : 0,
      timeToDetection: 20 + ((index * 7_919) % 3_000),
      timeToAcknowledgement: exported ? 60 + ((index * 104_729) % 20_000) : null,
      timeToContainment: exported ? 600 + ((index * 1_299_709) % 80_000) : null,
      exposure: exported ? 900 + ((index * 15_485_863) % 600_000) : null,
      accessedOutside: pick(['no', 'unknown', 'yes', 'no'] as const, index),
    };
  });
