import type { PayloadCodec } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';
import type { History } from '@temporalio/common/lib/proto-utils.js';

type Payload = temporal.api.common.v1.IPayload;
type Failure = temporal.api.failure.v1.IFailure;

/** What a message is: they come from reflection and have no classes of their own. */
const typeOf = (value: object): string | undefined => (value as { $type?: { fullName?: string } }).$type?.fullName;
const isMessage = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !(value instanceof Uint8Array);
const isPayload = (value: unknown): value is Payload =>
  isMessage(value) && typeOf(value) === '.temporal.api.common.v1.Payload';
const isFailure = (value: object): value is Failure => typeOf(value) === '.temporal.api.failure.v1.Failure';

/**
 * Puts every payload of a history into the clear, in place: what leaves Temporal for an auditor is read and checked without
 * our keys. A history that is not encrypted stays as it is.
 */
export async function decodedHistory(history: History, codecs: PayloadCodec[]): Promise<void> {
  for (const event of history.events ?? []) await decodeWithin(event, codecs);
}

async function decodeWithin(message: object, codecs: PayloadCodec[]): Promise<void> {
  const fields = message as Record<string, unknown>;
  for (const [name, value] of Object.entries(fields)) {
    if (isPayload(value)) fields[name] = await decoded(value, codecs);
    else if (Array.isArray(value)) fields[name] = await Promise.all(value.map((item) => decodedItem(item, codecs)));
    else if (isMessage(value)) await decodeWithin(value, codecs);
  }
  if (isFailure(message)) restoreText(message);
}

async function decodedItem(item: unknown, codecs: PayloadCodec[]): Promise<unknown> {
  if (isPayload(item)) return decoded(item, codecs);
  if (isMessage(item)) await decodeWithin(item, codecs);
  return item;
}

async function decoded(payload: Payload, codecs: PayloadCodec[]): Promise<Payload> {
  let payloads = [payload];
  for (const codec of codecs.toReversed()) payloads = await codec.decode(payloads);
  return payloads[0] ?? payload;
}

/** Message and stack stand in a payload while a failure is encrypted. */
function restoreText(failure: Failure): void {
  const { metadata, data } = failure.encodedAttributes ?? {};
  if (textOf(metadata?.encoding) !== 'json/plain') return;
  const { message, stack_trace: stackTrace } = JSON.parse(textOf(data)) as { message?: string; stack_trace?: string };
  failure.message = message ?? '';
  failure.stackTrace = stackTrace ?? '';
  failure.encodedAttributes = null;
}

const textOf = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString('utf8');
