import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { IncidentReport } from '../domain/report/report.ts';

/** As the evidence store and `soar audit export` name a report's JSON. */
const isReport = /(^|-)report(-[0-9a-f]{12})?\.json$/;

/** Reports in a folder and below it, and files of that name that are none. */
export async function storedReports(folder: string): Promise<{ reports: IncidentReport[]; unreadable: string[] }> {
  const reports: IncidentReport[] = [];
  const unreadable: string[] = [];
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const file of files.filter((entry) => entry.isFile() && isReport.test(entry.name))) {
    const path = join(file.parentPath, file.name);
    const report = parsed(await readFile(path, 'utf8'));
    if (report) reports.push(report);
    else unreadable.push(path);
  }
  return { reports, unreadable: unreadable.sort() };
}

function parsed(text: string): IncidentReport | undefined {
  try {
    const report = JSON.parse(text) as Partial<IncidentReport> | null;
    const { incidentKey, runId, openedAt, metrics, alert, assessment, decisions } = report ?? {};
    const whole = [incidentKey, runId, metrics, alert?.arrival, assessment, decisions].every(
      (part) => part !== undefined,
    );
    return whole && !Number.isNaN(Date.parse(openedAt ?? '')) ? (report as IncidentReport) : undefined;
  } catch {
    return undefined;
  }
}
