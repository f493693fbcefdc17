import { ed25519 } from '@noble/curves/ed25519.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { ConfigInvalid } from '../config/config-invalid.ts';
import type { SoarConfig } from '../config/load-config.ts';

export const publicKeyOf = (secretKey: string): string => bytesToHex(ed25519.getPublicKey(hexToBytes(secretKey)));

/** The gateway's secret key, which must be the one whose public key the workers trust. */
export function signingKey({ file, gateway, approvals }: SoarConfig): string {
  const secretKey = gateway.signingKey.read();
  const refuse = (message: string) => new ConfigInvalid(file, [{ path: 'gateway.signingKey', message }]);
  if (!/^[0-9a-f]{64}$/.test(secretKey)) {
    throw refuse(`${gateway.signingKey.reference} must hold 64 lower-case hex digits (soar gateway keygen)`);
  }
  if (publicKeyOf(secretKey) !== approvals.gatewayKeys[gateway.keyId]) {
    throw refuse(`does not belong to the public key approvals.gatewayKeys.${gateway.keyId}`);
  }
  return secretKey;
}
