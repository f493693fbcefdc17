import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ed25519 } from '@noble/curves/ed25519.js';
import { stringify } from 'yaml';
import { freePorts } from '../src/temporal/free-port.ts';

export interface BenchConfig {
  file: string;
  url: string;
  token: string;
  remove: () => Promise<void>;
}

/** Whose alerts an intake of the bench takes. */
export const benchAccounts = ['111111111111', '222222222222'] as const;

/** What one measurement wants of the intake's settings; the others are the defaults. */
export interface IntakeChanges {
  requestsPerMinute: number;
  incidentsPerMinute?: number;
}

/** The least configuration with which an intake starts; nothing in it is used twice. */
export async function writeBenchConfig(changes: IntakeChanges): Promise<BenchConfig> {
  const folder = await mkdtemp(join(tmpdir(), 'soar-bench-'));
  const [port = 0] = await freePorts(1);
  const secret = () => randomBytes(32).toString('hex');
  const secrets = { token: secret(), correlation: secret(), signing: secret(), codes: secret() };
  for (const [name, value] of Object.entries(secrets)) await writeFile(join(folder, name), value, { mode: 0o600 });
  const publicKey = Buffer.from(ed25519.getPublicKey(Buffer.from(secrets.signing, 'hex'))).toString('hex');
  const contents = {
    accounts: benchAccounts.map((id) => ({
      id,
      name: `bench-${id}`,
      sensitivity: 'medium',
      regions: ['eu-west-1'],
      roles: { observe: `arn:aws:iam::${id}:role/observe`, contain: `arn:aws:iam::${id}:role/contain` },
    })),
    evidence: { folder: './evidence' },
    intake: {
      port,
      bearerTokens: ['file:token'],
      correlationKey: 'file:correlation',
      ...changes,
    },
    gateway: { keyId: 'bench', signingKey: 'file:signing', codeSecret: 'file:codes' },
    approvals: {
      gatewayKeys: { bench: publicKey },
      approvers: [{ id: 'alice', name: 'Alice', principals: [], token: `sha256:${secret()}` }],
      quorum: { reversible: 1, irreversible: 1 },
    },
  };
  const file = join(folder, 'soar.yaml');
  await writeFile(file, stringify(contents));
  return {
    file,
    url: `http://127.0.0.1:${port}`,
    token: secrets.token,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
