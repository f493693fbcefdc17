import { ConfigInvalid } from '../config/config-invalid.ts';
import type { SoarConfig } from '../config/load-config.ts';
import { NotAKey, signingKeyOf, type SigningKey } from './bundle/keys.ts';

/** The key that bundles are sealed with; null: nothing is sealed by itself. */
export function sealingKey({ audit, file }: SoarConfig): SigningKey | null {
  if (!audit) return null;
  const { signingKey } = audit;
  const pem = signingKey.read();
  try {
    return signingKeyOf(pem);
  } catch (error) {
    if (!(error instanceof NotAKey)) throw error;
    const message = `${signingKey.reference} must hold the secret half (.key.pem) of soar audit keygen: ${error.message}`;
    throw new ConfigInvalid(file, [{ path: 'audit.signingKey', message }], { cause: error });
  }
}
