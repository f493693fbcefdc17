import { expect, it, vi } from 'vitest';
import type { IncidentReport } from '../../../src/domain/report/report.ts';
import type { IncidentRun } from '../../../workflows/shared/incident-run.ts';
import { aReport } from '../audit/a-report.ts';

vi.mock('@temporalio/workflow', () => ({}));
vi.mock('../../../workflows/activities.ts', () => ({ notify: { storeReport: () => Promise.resolve({}) } }));
vi.mock('../../../workflows/shared/archive.ts', () => ({}));
vi.mock('../../../workflows/shared/record.ts', () => ({}));
const { storeReport } = await import('../../../workflows/shared/post-incident.ts');

it('a report of what nobody has assessed says the severity by which people were asked, the worst', async () => {
  const { metrics, improvements }: IncidentReport = aReport();
  const incident = {
    ...{ assessment: null, severity: 'high', verdict: null, record: { runId: 'r' }, opening: {}, policy: {} },
    ...{ relations: {}, gate: {}, playbook: {}, credentials: { records: [] }, undos: { records: [] } },
    temporary: { measures: [] },
  } as unknown as IncidentRun;
  const { assessment } = await storeReport(incident, { metrics, improvements }, null);
  expect(assessment).toEqual({ severity: 'high', met: [], unknown: ['nothing was assessed'] });
});
