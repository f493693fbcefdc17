import type { IncidentOpening } from '../../domain/incident.ts';
import { incidentKey } from '../../domain/names.ts';
import type { IncidentReport } from '../../domain/report/report.ts';
import type { HistoryFile } from '../history-file.ts';
import type { AuditCode } from '../workflow-code.ts';
import { decodedEvents, openingOf, resultOf } from './history-events.ts';
import { signatureOf, type SigningKey } from './keys.ts';
import { bundleFormat, jsonFile, listed, names, type EarlierRecord, type Manifest } from './manifest.ts';
import { readmeFile, renderings } from './renderings.ts';
import { tarOf, type BundleFile } from './tar.ts';

/** What the bundle holds besides manifest and signature, all of it derived from the history and the code. */
function contents(history: HistoryFile, { code }: AuditCode, keyId: string): BundleFile[] {
  const events = decodedEvents(history.history);
  const { policy, policyDigest } = openingOf(events) as IncidentOpening;
  const report = resultOf(events) as IncidentReport | undefined;
  const { decisions, requests } = report ?? {};
  return [
    jsonFile(names.history, history),
    { path: names.code, content: Buffer.from(code) },
    jsonFile(names.policy, { policy, policyDigest }),
    ...(report
      ? [jsonFile(names.report, report), ...renderings(report), jsonFile(names.decisions, { requests, decisions })]
      : []),
    readmeFile(keyId),
  ];
}

/** What a bundle is made from, beside the key: the same are the same bytes. */
export interface Sealing {
  history: HistoryFile;
  code: AuditCode;
  /** Of what renders the report here, see `renderers`. */
  renderers: string;
  earlier: EarlierRecord[];
}

/** One incident in one file. */
export function bundleOf({ history, code, renderers, earlier }: Sealing, key: SigningKey): Buffer {
  const files = contents(history, code, key.id);
  const { workflowId, runId, closed } = history;
  const manifest: Manifest = {
    format: bundleFormat,
    incidentKey: incidentKey(workflowId),
    workflowId,
    runId,
    closed,
    release: code.release,
    renderers,
    earlier,
    keyId: key.id,
    files: listed(files),
  };
  return sealed(files, manifest, key);
}

export function sealed(files: BundleFile[], manifest: Manifest, key: SigningKey): Buffer {
  const manifestFile = jsonFile(names.manifest, manifest);
  const signature = { path: names.signature, content: signatureOf(manifestFile.content, key) };
  return tarOf([...files, manifestFile, signature]);
}
