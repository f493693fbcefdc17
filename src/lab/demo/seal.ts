import { readFile, writeFile } from 'node:fs/promises';
import { bundleOf } from '../../audit/bundle/contents.ts';
import { newSigningKey } from '../../audit/bundle/keys.ts';
import { verifyBundle } from '../../audit/bundle/verify.ts';
import { readHistoryFile } from '../../audit/history-file.ts';
import { auditCode, renderers } from '../../audit/workflow-code.ts';
import { proof, type Proof } from '../probes.ts';

export interface SealedDemo {
  path: string;
  /** Checks it as an auditor would, which replays it in a process of its own: seconds. */
  verify: () => Promise<Proof[]>;
}

/** Seals the incident with a key of this run, whose public half is left beside it. */
export async function sealed(historyPath: string): Promise<SealedDemo> {
  const { key, publicPem } = newSigningKey();
  const { decoded: _, ...history } = await readHistoryFile(historyPath);
  const base = historyPath.replace(/-history\.json$/, '');
  const path = `${base}.tar`;
  const sealing = { history, code: await auditCode(), renderers: await renderers(), earlier: [] };
  await writeFile(path, bundleOf(sealing, key), { mode: 0o600 });
  await writeFile(`${base}.pub.pem`, publicPem);
  const verify = async () => {
    const { ok, checks } = await verifyBundle(await readFile(path), key.publicKey);
    const replay = checks.find(({ check }) => check === 'replay');
    const wrong = checks.find((check) => !check.ok);
    const detail = wrong ? `${wrong.check}: ${wrong.detail}` : `${checks.length} checks hold`;
    return [
      proof('the exported history replays', replay?.ok ?? false, replay?.detail ?? 'it was not replayed'),
      proof('the sealed bundle is what an auditor can rely on', ok, detail),
    ];
  };
  return { path, verify };
}
