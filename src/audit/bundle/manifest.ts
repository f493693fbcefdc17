import { createHash } from 'node:crypto';
import { canonicalJson } from '../../domain/digest.ts';
import type { BundleFile } from './tar.ts';

export const bundleFormat = 'temporal-soar-bundle/2';
/** Names no earlier records, and what rendered its reports is part of its release. */
export const firstFormat = 'temporal-soar-bundle/1';
/** Holds a redacted report, and names the bundle that it was made from. */
export const redactedFormat = 'temporal-soar-redacted/1';
export const names = {
  manifest: 'manifest.json',
  signature: 'manifest.sig',
  history: 'history.json',
  code: 'workflow-code.js',
  policy: 'policy.json',
  decisions: 'decisions.json',
  report: 'report.json',
  reportText: 'report.md',
  reportPage: 'report.html',
  reportEvent: 'report.ocsf.json',
  readme: 'README.txt',
  commitments: 'commitments.json',
} as const;

/** What the signature covers: everything else in the bundle, by its SHA-256. */
export interface Manifest {
  format: typeof bundleFormat | typeof firstFormat | typeof redactedFormat;
  incidentKey: string;
  workflowId: string;
  runId: string;
  /** False: the incident was still open, and its history is not complete. */
  closed: boolean;
  /** SHA-256 of the workflow code that replays the history: which release this was. */
  release: string;
  /** SHA-256 of what rendered the report: the release that sealed it, which may be a later one. */
  renderers?: string;
  /** What came before this run and is sealed in files of its own. */
  earlier?: EarlierRecord[];
  keyId: string;
  files: { path: string; size: number; sha256: string }[];
  /** Of a redacted bundle: SHA-256 of the manifest that it was made from, and what that one lists. */
  original?: { manifest: string; files: Manifest['files'] };
}

/** Another run that this one goes back to, by what its history is. */
export interface EarlierRecord {
  relation: 'reset-of' | 'continues' | 'undoes' | 'follows';
  workflowId: string;
  /** Null, as `history`: Temporal no longer had it when this was sealed. */
  runId: string | null;
  /** SHA-256 of its `history.json`. */
  history: string | null;
}

export const sha256Of = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

export const listed = (files: BundleFile[]): Manifest['files'] =>
  files
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, content }) => ({ path, size: content.length, sha256: sha256Of(content) }));

export const jsonFile = (path: string, value: unknown): BundleFile => ({
  path,
  content: Buffer.from(`${canonicalJson(value)}\n`),
});
