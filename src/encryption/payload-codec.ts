import type { PayloadCodec, SerializationContext } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';
import proto from '@temporalio/proto';
import { seal, unseal } from './aes-gcm.ts';
import type { DataKeys } from './data-keys.ts';
import { EncryptionFailed } from './failures.ts';
import { scopeOf } from './scope.ts';

const { Payload } = proto.temporal.api.common.v1;
type Payload = temporal.api.common.v1.IPayload;

/** As Temporal's own samples name it: its tools show by it that something is encrypted. */
const encoding = 'binary/encrypted';
const cipher = 'AES-256-GCM';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString('utf8');

const isEncrypted = (payload: Payload): boolean => textOf(payload.metadata?.encoding) === encoding;

/**
 * Encrypts every payload with the data key of the incident that it belongs to. What is not encrypted is taken as it is: a
 * signal that somebody sends in Temporal UI is plain, and what it says has its own proof.
 */
export const payloadCodec = (keys: DataKeys): PayloadCodec => ({
  encode: (payloads, context) => Promise.all(payloads.map((payload) => encrypted(keys, payload, context))),
  decode: (payloads) => Promise.all(payloads.map((payload) => decrypted(keys, payload))),
});

async function encrypted(keys: DataKeys, payload: Payload, context?: SerializationContext): Promise<Payload> {
  const { name, key } = await keys.current(scopeOf(context?.workflowId));
  return {
    metadata: {
      encoding: utf8(encoding),
      'encryption-cipher': utf8(cipher),
      'encryption-key-id': utf8(name),
    },
    data: seal(key, Payload.encode(payload).finish(), name),
  };
}

async function decrypted(keys: DataKeys, payload: Payload): Promise<Payload> {
  if (!isEncrypted(payload)) return payload;
  const name = textOf(payload.metadata?.['encryption-key-id']);
  const plain = unseal(await keys.named(name), payload.data ?? new Uint8Array(), name);
  if (!plain) {
    throw new EncryptionFailed(
      `a payload does not open with data key ${name}: it was changed, or encrypted by another key`,
    );
  }
  return Payload.decode(plain);
}

/** For those who have no keys: what is encrypted is refused with a word on what to do. */
export const withoutKeys: PayloadCodec = {
  encode: (payloads) => Promise.resolve(payloads),
  decode: (payloads) =>
    payloads.some(isEncrypted)
      ? Promise.reject(
          new EncryptionFailed(
            'this is encrypted, and no configuration with a section encryption was found; name one with --config or SOAR_CONFIG',
          ),
        )
      : Promise.resolve(payloads),
};
