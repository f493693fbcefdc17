import { generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { signingKeyOf } from '../../audit/bundle/keys.ts';
import { verifyBundle } from '../../audit/bundle/verify.ts';
import { writeBundle } from '../../audit/bundle/write.ts';
import { proof } from '../probes.ts';
import type { Proof } from '../scenario.ts';

/** Seals the incident with a key of this run, whose public half is left beside it, and checks it as an auditor would. */
export async function sealed(historyPath: string): Promise<{ path: string; proof: Proof }> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const key = signingKeyOf(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  const base = historyPath.replace(/-history\.json$/, '');
  const path = `${base}.tar`;
  await writeBundle(historyPath, path, key);
  await writeFile(`${base}.pub.pem`, publicKey.export({ type: 'spki', format: 'pem' }));
  const { ok, checks } = await verifyBundle(await readFile(path), key.publicKey, []);
  const wrong = checks.find((check) => !check.ok);
  const detail = wrong ? `${wrong.check}: ${wrong.detail}` : `${checks.length} checks hold`;
  return { path, proof: proof('the sealed bundle is what an auditor can rely on', ok, detail) };
}
