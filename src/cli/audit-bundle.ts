import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Client } from '@temporalio/client';
import type { Command } from 'commander';
import type { SigningKey } from '../audit/bundle/keys.ts';
import { configOption, examples, withTemporal } from './command.ts';
import { Negative, UsageError } from './failures.ts';
import { styler, type Terminal } from './terminal.ts';

/** Seals the incident in one file. */
export async function sealIncident(
  client: Client,
  execution: { workflowId: string; runId: string },
  { out, key: keyFile, redact }: { out: string; key: string; redact: boolean },
): Promise<{ path: string; size: number; closed: boolean; keyId: string }> {
  const { signingKeyOf } = await import('../audit/bundle/keys.ts');
  const { sealRun } = await import('../audit/seal.ts');
  const { auditCode } = await import('../audit/workflow-code.ts');
  const key = await keyFrom(keyFile, signingKeyOf);
  const { bundle, closed } = await sealRun(client, execution, { key, codeOf: auditCode });
  await (redact ? writeRedacted(bundle, out, key) : writeFile(out, bundle, { mode: 0o600 }));
  return { path: out, size: bundle.length, closed, keyId: key.id };
}

/** For whoever may not see names; what they stand for lies beside it, for its owner. */
async function writeRedacted(bundle: Buffer, out: string, key: SigningKey): Promise<void> {
  const { openingsText, redacted } = await import('../audit/bundle/redact.ts');
  const { renderers } = await import('../audit/workflow-code.ts');
  const made = redacted(bundle, key, await renderers());
  await writeFile(out, made.bundle, { mode: 0o600 });
  await writeFile(`${out}.openings.json`, openingsText(made.openings), { mode: 0o600 });
}

/** The key that seals, and the check of what was sealed; see docs/adr/0022-audit-bundle.md. */
export function registerBundle(audit: Command, terminal: Terminal): void {
  const style = styler(terminal);

  audit
    .command('keygen')
    .description('make an Ed25519 key that seals bundles, and the public key to give to auditors')
    .option('-o, --out <folder>', 'where the files are written; existing ones are never replaced', 'secrets')
    .addHelpText('after', examples('soar audit keygen --out secrets'))
    .action(async ({ out }: { out: string }) => {
      const { newSigningKey } = await import('../audit/bundle/keys.ts');
      const {
        key: { id },
        secretPem,
        publicPem,
      } = newSigningKey();
      await mkdir(out, { recursive: true, mode: 0o700 });
      const [secret, open] = [resolve(out, `audit-${id}.key.pem`), resolve(out, `audit-${id}.pub.pem`)];
      await writeFile(secret, secretPem, { mode: 0o600, flag: 'wx' });
      await writeFile(open, publicPem, { mode: 0o644, flag: 'wx' });
      terminal.out(`${style(secret)}\n${style(open)}\n`);
      terminal.err(
        `key ${id}: keep the first where only the archive can read it, give the second to auditors; ` +
          `in soar.yaml: audit: { signingKey: 'file:${style(secret)}' }\n`,
      );
    });

  audit
    .command('seal')
    .description(
      'have a closed incident sealed into the evidence store: one that was terminated, or whose seal failed; others are by themselves',
    )
    .argument('<incident>', 'key, such as VMX-7Q2MZ4K6AB, or workflow id')
    .option(...configOption)
    .addHelpText('after', examples('soar audit seal VMX-7Q2MZ4K6AB'))
    .action(async (ref: string, options: { config?: string }) => {
      const { findIncident } = await import('../approvals/find-incident.ts');
      const { beginArchive } = await import('../audit/begin-archive.ts');
      await withTemporal(terminal, options, async ({ client }) => {
        const { workflowId, runId, incidentKey, running } = await findIncident(client, ref);
        if (running)
          throw new Negative(
            `${incidentKey} is still open: once it has closed it is sealed, by itself where audit.signingKey is set`,
          );
        terminal.out(`${style(await beginArchive(client, { workflowId, runId }))}\n`);
        terminal.err(`soar incident show ${incidentKey} says where the bundle lies, or why not yet\n`);
      });
    });
}

export async function keyFrom<T>(file: string, parse: (pem: string) => T): Promise<T> {
  let pem: string;
  try {
    pem = await readFile(file, 'utf8');
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new UsageError(`${file} cannot be read (${code})`, { cause: error });
  }
  try {
    return parse(pem);
  } catch (error) {
    throw new UsageError(`${file}: ${(error as Error).message}`);
  }
}
