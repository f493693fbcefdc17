import { readFile, writeFile } from 'node:fs/promises';
import { bundleOf } from '../../audit/bundle/contents.ts';
import { newSigningKey } from '../../audit/bundle/keys.ts';
import { verifyBundle } from '../../audit/bundle/verify.ts';
import { readHistoryFile } from '../../audit/history-file.ts';
import { auditCode, renderers } from '../../audit/workflow-code.ts';
import { proof } from '../probes.ts';
import type { Proof } from '../scenario.ts';

/** Seals the incident with a key of this run, whose public half is left beside it, and checks it as an auditor would. */
export async function sealed(historyPath: string): Promise<{ path: string; proof: Proof }> {
  const { key, publicPem } = newSigningKey();
  const { decoded: _, ...history } = await readHistoryFile(historyPath);
  const base = historyPath.replace(/-history\.json$/, '');
  const path = `${base}.tar`;
  const sealing = { history, code: await auditCode(), renderers: await renderers(), earlier: [] };
  await writeFile(path, bundleOf(sealing, key), { mode: 0o600 });
  await writeFile(`${base}.pub.pem`, publicPem);
  const { ok, checks } = await verifyBundle(await readFile(path), key.publicKey);
  const wrong = checks.find((check) => !check.ok);
  const detail = wrong ? `${wrong.check}: ${wrong.detail}` : `${checks.length} checks hold`;
  return { path, proof: proof('the sealed bundle is what an auditor can rely on', ok, detail) };
}
