import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { IncidentReport } from '../domain/report/report.ts';
import { names } from './bundle/manifest.ts';
import { filesOf } from './bundle/tar.ts';

/** As the evidence store and `soar audit export` name a report's JSON. */
const isReport = /(^|-)report(-[0-9a-f]{12})?\.json$/;
/** As the evidence store names a sealed run, by its id; a redacted one has no figures. */
const sealedRun = /^bundle-([0-9a-f-]{36})-[0-9a-f]{12}\.tar$/;

/**
 * Reports in a folder and below it, and files of that name that are none. A sealed bundle is opened where its report lies
 * nowhere else: it is read here, and not verified.
 */
export async function storedReports(folder: string): Promise<{ reports: IncidentReport[]; unreadable: string[] }> {
  const reports: IncidentReport[] = [];
  const unreadable: string[] = [];
  const add = (path: string, report: IncidentReport | undefined): void => {
    if (report) reports.push(report);
    else unreadable.push(path);
  };
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  for (const { parentPath, name } of files.filter((file) => isReport.test(file.name))) {
    const path = join(parentPath, name);
    add(path, parsed(await readFile(path, 'utf8')));
  }
  const closed = new Set(reports.filter(({ closedAt }) => closedAt !== null).map(({ runId }) => runId));
  for (const { parentPath, name } of files) {
    const [, run] = sealedRun.exec(name) ?? [];
    if (run === undefined || closed.has(run)) continue;
    const path = join(parentPath, name);
    add(path, sealedReport(await readFile(path)));
  }
  return { reports, unreadable: unreadable.sort() };
}

function sealedReport(tar: Buffer): IncidentReport | undefined {
  try {
    const report = filesOf(tar).find(({ path }) => path === names.report);
    return report && parsed(report.content.toString('utf8'));
  } catch {
    return undefined;
  }
}

function parsed(text: string): IncidentReport | undefined {
  try {
    const report = JSON.parse(text) as Partial<IncidentReport> | null;
    const { incidentKey, runId, openedAt, metrics, alert, assessment, decisions, rechecks } = report ?? {};
    const whole = [incidentKey, runId, metrics, alert?.arrival, assessment?.met, decisions, rechecks].every(
      (part) => part !== undefined,
    );
    return whole && !Number.isNaN(Date.parse(openedAt ?? '')) ? (report as IncidentReport) : undefined;
  } catch {
    return undefined;
  }
}
