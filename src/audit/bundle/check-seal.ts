import type { KeyObject } from 'node:crypto';
import { canonicalJson, sameJson } from '../../domain/digest.ts';
import { incidentKey } from '../../domain/names.ts';
import { fails, holds, type Check } from './checks.ts';
import type { Fields } from './history-events.ts';
import { keyId, signatureHolds } from './keys.ts';
import {
  bundleFormat,
  firstFormat,
  listed,
  redactedFormat,
  names,
  type EarlierRecord,
  type Manifest,
} from './manifest.ts';
import { filesOf, NotABundle, type BundleFile } from './tar.ts';

/** A bundle that is as it was sealed. */
export interface Sealed {
  manifest: Manifest;
  files: Map<string, Buffer>;
}

/** Form, signature and hashes, in that order: nothing of a file is believed, or run, before all of them hold. */
export function checkSeal(tar: Buffer, publicKey: KeyObject): { checks: Check[]; sealed: Sealed | null } {
  const checks: Check[] = [];
  const add = (check: Check): boolean => {
    checks.push(check);
    return check.ok;
  };
  const files = readArchive(tar, add);
  const content = files?.find(({ path }) => path === names.manifest)?.content;
  const signature = files?.find(({ path }) => path === names.signature)?.content;
  if (!files || !content || !signature) {
    if (files) add(fails('signature', `${content ? names.signature : names.manifest} is missing`));
    return { checks, sealed: null };
  }
  const known = keyId(publicKey);
  if (!signatureHolds(content, signature, publicKey)) {
    add(fails('signature', `${names.manifest} is not signed by key ${known}`));
    return { checks, sealed: null };
  }
  add(holds('signature', `${names.manifest} is signed by key ${known}`));
  const manifest = readManifest(content, known, add);
  if (!manifest) return { checks, sealed: null };

  const present = listed(files.filter(({ path }) => path !== names.manifest && path !== names.signature));
  const wrong = firstDifference(manifest.files, present);
  if (!add(wrong === null ? holds('files', `${present.length} files with their SHA-256`) : fails('files', wrong))) {
    return { checks, sealed: null };
  }
  return { checks, sealed: { manifest, files: new Map(files.map((file) => [file.path, file.content])) } };
}

function readArchive(tar: Buffer, add: (check: Check) => boolean): BundleFile[] | null {
  try {
    const files = filesOf(tar);
    add(holds('archive', `${files.length} files, written as this archive is written`));
    return files;
  } catch (error) {
    if (!(error instanceof NotABundle)) throw error;
    add(fails('archive', error.message));
    return null;
  }
}

/** Whoever has the key may sign anything: its form is checked all the same. */
function readManifest(content: Buffer, key: string, add: (check: Check) => boolean): Manifest | null {
  let manifest: Manifest;
  try {
    manifest = JSON.parse(content.toString()) as Manifest;
    const { format, keyId: named, workflowId, runId, release, renderers, closed, files, earlier } = manifest;
    const first = format === firstFormat;
    const texts = [workflowId, runId, release, named, ...(first ? [] : [renderers])];
    const form = first || format === redactedFormat || (format as string) === bundleFormat;
    const lists = isList(files, 'path') && (first || isList(earlier, 'workflowId'));
    if (!form || !texts.every((value) => typeof value === 'string') || typeof closed !== 'boolean' || !lists) {
      throw new TypeError(`it is no ${bundleFormat}`);
    }
    if (content.toString() !== `${canonicalJson(manifest)}\n`) throw new TypeError('it is not in canonical form');
    if (named !== key) throw new TypeError(`it names key ${named}`);
    const stranger = strangerIn(manifest);
    if (stranger !== undefined) throw new TypeError(`it has ${JSON.stringify(stranger)}, which no manifest has`);
    if (format !== redactedFormat && manifest.incidentKey !== incidentKey(workflowId)) {
      throw new TypeError(`the key of ${workflowId} is not ${manifest.incidentKey}`);
    }
  } catch (error) {
    add(fails('manifest', `${names.manifest}: ${(error as Error).message}`));
    return null;
  }
  add(holds('manifest', `${manifest.incidentKey}, run ${manifest.runId}${manifest.closed ? '' : ', still open'}`));
  return manifest;
}

const members = new Set<keyof Manifest>([
  ...(['format', 'incidentKey', 'workflowId', 'runId', 'closed', 'release', 'keyId', 'files'] as const),
  ...(['renderers', 'earlier', 'original'] as const),
]);
const ofRecords = new Set<keyof EarlierRecord>(['relation', 'workflowId', 'runId', 'history']);

/** A member that nothing here reads: nobody could vouch for what it says. */
const strangerIn = (manifest: Manifest): string | undefined =>
  Object.keys(manifest).find(
    (name) => !members.has(name as keyof Manifest) || (name === 'original' && manifest.format !== redactedFormat),
  ) ?? (manifest.earlier ?? []).flatMap(Object.keys).find((name) => !ofRecords.has(name as keyof EarlierRecord));

/** Objects that have this text, as far as anything is read of them before their contents are. */
const isList = (value: unknown, member: string): boolean =>
  Array.isArray(value) &&
  value.every((entry) => typeof entry === 'object' && entry !== null && typeof (entry as Fields)[member] === 'string');

function firstDifference(expected: Manifest['files'], present: Manifest['files']): string | null {
  for (const { path, sha256, size } of expected) {
    const found = present.find((file) => file.path === path);
    if (!found) return `${path} is missing`;
    if (found.sha256 !== sha256 || found.size !== size) return `${path} has another content than the manifest says`;
  }
  const extra = present.find(({ path }) => !expected.some((file) => file.path === path));
  if (extra) return `${extra.path} is not in the manifest`;
  return sameJson(expected, present) ? null : 'the manifest lists them otherwise than by path, size and SHA-256';
}
