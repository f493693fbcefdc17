import type { KeyObject } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Brought } from '../audit/bundle/verify.ts';
import type { CheckedBundle } from '../audit/bundle/verify-many.ts';
import { plainText } from '../domain/escape.ts';
import { keyFrom } from './audit-bundle.ts';
import { configOption, configPath, examples } from './command.ts';
import { periodOf } from './day.ts';
import { Negative, UsageError } from './failures.ts';
import { jsonText, table, type Terminal } from './terminal.ts';

interface VerifyOptions {
  key: string;
  release: string[];
  releases?: string;
  gatewayKey?: string[];
  evidence?: string;
  all?: true;
  from?: string;
  to?: string;
  jobs: string;
  config?: string;
  json?: boolean;
}

/** Checks what was sealed: one bundle, or all of them; see docs/adr/0022-audit-bundle.md and 0033. */
export function registerVerify(audit: Command, terminal: Terminal): void {
  audit
    .command('verify')
    .description(
      'check a sealed incident offline: seal, history, approvals, report, and a replay; exits with 1 on any failure',
    )
    .argument('[path]', 'a bundle; with --all a folder of them (default: the folder of the evidence store)')
    .requiredOption('-k, --key <file>', 'public key, from a place that you trust')
    .option(
      '-r, --release <hash...>',
      'SHA-256 of workflow code that is yours too; the code that is here always is',
      [],
    )
    .option('--releases <folder>', 'where your releases are kept: their code is yours too')
    .option(
      '-g, --gateway-key <hex...>',
      'public key of a gateway, as in approvals.gatewayKeys: approvals that another signed do not count',
    )
    .option('-e, --evidence <folder>', 'copy of the evidence store: the documents in it are compared with the history')
    .option('--all', 'every bundle in the folder and below it, and whether what they name is there')
    .option('--from <day>', 'with --all: only incidents that began on this day or later, such as 2027-01-01 (UTC)')
    .option('--to <day>', 'with --all: only incidents that began before this day')
    .option('--jobs <count>', 'with --all: processes that verify at the same time', String(availableParallelism()))
    .option(...configOption)
    .option('--json', 'the checks as JSON on standard output')
    .addHelpText(
      'after',
      examples(
        'soar audit verify incident.tar -k audit-0123.pub.pem',
        'soar audit verify --all ~/soar/evidence --from 2027-01-01 --to 2027-04-01 -k audit-0123.pub.pem',
      ),
    )
    .action(async (path: string | undefined, options: VerifyOptions) => {
      if (options.all) return verifyAll(path ?? (await evidenceFolder(options, terminal)), options, terminal);
      if (path === undefined) throw new UsageError('name a bundle, or --all for every one of a folder');
      return verifyOne(path, options, terminal);
    });
}

async function verifyOne(file: string, options: VerifyOptions, terminal: Terminal): Promise<void> {
  if (await isFolder(file)) throw new UsageError(`${file} is a folder: --all verifies every bundle in it`);
  const { key, brought } = await givenBy(options);
  const { verifyBundle } = await verifying();
  const result = await verifyBundle(await readFile(file), key, brought);
  if (options.json) terminal.out(jsonText(result));
  else {
    const rows = result.checks.map(({ check, ok, detail }) => [ok ? 'ok' : 'FAILED', check, detail]);
    terminal.out(table(rows.map((row) => row.map(plainText))));
  }
  const wrong = result.checks.find(({ ok }) => !ok);
  if (wrong) throw new Negative(`${file} cannot be relied on: ${wrong.check}: ${wrong.detail}`);
}

async function verifyAll(folder: string, options: VerifyOptions, terminal: Terminal): Promise<void> {
  if (!(await isFolder(folder))) throw new UsageError(`${folder} is no folder: --all verifies every bundle of one`);
  const jobs = Number(options.jobs);
  if (!Number.isInteger(jobs) || jobs < 1) throw new UsageError('--jobs takes a number from 1');
  const period = periodOf(options);
  const { key, brought } = await givenBy(options);
  const { trusted } = await verifying();
  const { contradictionsAmong, missingAmong, verifyMany } = await import('../audit/bundle/verify-many.ts');
  const by = await trusted(key, brought);
  const files = await bundlesIn(folder);
  const bundles: CheckedBundle[] = [];
  await verifyMany(files, by, period, jobs, (checked) => {
    bundles.push(checked);
    if (!checked.ok) terminal.err(`${lineOf(checked)}\n`);
    if (bundles.length % 25 === 0) terminal.err(`${bundles.length} of ${files.length} looked at\n`);
  });
  bundles.sort((a, b) => (a.file < b.file ? -1 : 1));
  const missing = missingAmong(bundles);
  const contradictions = contradictionsAmong(bundles);
  const verified = bundles.filter(({ outside }) => !outside);
  const failed = verified.filter(({ ok }) => !ok);
  const counts = {
    verified: verified.length,
    failed: failed.length,
    outside: bundles.length - verified.length,
    missing: missing.length,
  };
  if (options.json) terminal.out(jsonText({ ...counts, bundles, missingRecords: missing, contradictions }));
  else {
    for (const checked of verified) terminal.out(`${lineOf(checked)}\n`);
    for (const { file, names } of missing) {
      terminal.out(
        plainText(`MISSING  ${names.workflowId}, run ${names.runId}: ${file} names it (${names.relation})`) + '\n',
      );
    }
    for (const { workflowId, runId, files: telling } of contradictions) {
      terminal.out(
        plainText(`DIFFERS  ${workflowId}, run ${runId}: ${telling.join(' and ')} do not tell the same`) + '\n',
      );
    }
    terminal.out(
      `${counts.verified} verified, ${counts.failed} failed, ${counts.missing} missing, ${counts.outside} outside of the period\n`,
    );
  }
  if (files.length === 0) throw new Negative(`there is no bundle in ${folder}: nothing was verified`);
  if (failed.length > 0) throw new Negative(`${failed.length} of ${verified.length} bundles cannot be relied on`);
  if (contradictions.length > 0) {
    throw new Negative(
      `${contradictions.length} runs have bundles with different reports or ends: one of each is not true`,
    );
  }
  if (missing.length > 0) throw new Negative(`${missing.length} records that others name are not in ${folder}`);
}

function lineOf({ ok, incidentKey, file, checks, end }: CheckedBundle): string {
  const wrong = checks.find((check) => !check.ok);
  const why = wrong ? `: ${wrong.check}: ${wrong.detail}` : '';
  const without = ok && end !== null && end !== 'completed' ? `: no report, the incident is ${end}` : '';
  return plainText(`${ok ? 'ok      ' : 'FAILED  '} ${incidentKey ?? 'unknown'}  ${file}${why}${without}`);
}

async function bundlesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.tar'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** What was mistyped says nothing of a bundle. */
async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${(error as Error).message}`);
  }
}

/** What comes from outside the bundles. What was mistyped is said here, before the seconds that loading and bundling take. */
async function givenBy(options: VerifyOptions): Promise<{ key: KeyObject; brought: Brought }> {
  const { publicKeyOf } = await import('../audit/bundle/keys.ts');
  return { key: await keyFrom(options.key, publicKeyOf), brought: await broughtIn(options) };
}

/** What verifies. With it comes the SDK of Temporal, whose log would go to standard output. */
const verifying = async () => {
  const { quietTemporal } = await import('../temporal/quiet.ts');
  quietTemporal('ERROR');
  return import('../audit/bundle/verify.ts');
};

async function broughtIn(options: VerifyOptions): Promise<Brought> {
  const gatewayKeys = options.gatewayKey?.map((key) => key.toLowerCase()) ?? null;
  if (gatewayKeys?.some((key) => !/^[0-9a-f]{64}$/.test(key))) {
    throw new UsageError('--gateway-key takes 64 hex digits, as approvals.gatewayKeys has them');
  }
  if (options.evidence !== undefined && !(await isFolder(options.evidence))) {
    throw new UsageError(
      `--evidence takes the folder of a copy of the evidence store, and ${options.evidence} is none`,
    );
  }
  return { releases: await releasesOf(options), gatewayKeys, evidence: options.evidence ?? null };
}

/** The code of every release that was kept is ours. */
async function releasesOf({ release, releases }: VerifyOptions): Promise<string[]> {
  if (releases === undefined) return release;
  if (!(await isFolder(releases))) throw new UsageError(`--releases takes a folder, and ${releases} is none`);
  const { keptAuditCode, keptBuilds } = await import('../audit/releases.ts');
  const kept = await Promise.all((await keptBuilds(releases)).map((buildId) => keptAuditCode(releases, buildId)));
  return [...release, ...kept.flatMap((code) => code?.release ?? [])];
}

/** A bucket is copied first: nothing of ours may list it. */
async function evidenceFolder(options: VerifyOptions, terminal: Terminal): Promise<string> {
  const { loadConfig } = await import('../config/load-config.ts');
  const { evidence } = await loadConfig(configPath(options, terminal));
  if ('folder' in evidence) return evidence.folder;
  const place = `s3://${evidence.bucket}/${evidence.prefix ?? ''}`;
  throw new UsageError(`the evidence is in a bucket: copy it (aws s3 sync ${place} FOLDER) and name the folder`);
}
