import type { IncidentReport } from '../../domain/report/report.ts';
import { renderHtml } from '../render/html.ts';
import { renderMarkdown } from '../render/markdown.ts';
import { renderOcsf } from '../render/ocsf.ts';
import { readme } from '../render/readme.ts';
import { jsonFile, names } from './manifest.ts';
import type { BundleFile } from './tar.ts';

/** The report for people and for other systems; a verification makes them again and compares. */
export const renderings = (report: IncidentReport): BundleFile[] => [
  { path: names.reportText, content: Buffer.from(renderMarkdown(report)) },
  { path: names.reportPage, content: Buffer.from(renderHtml(report)) },
  jsonFile(names.reportEvent, renderOcsf(report)),
];

export const readmeFile = (keyId: string): BundleFile => ({
  path: names.readme,
  content: Buffer.from(readme(keyId)),
});
