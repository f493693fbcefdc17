import type { PayloadCodec } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import type { History } from '@temporalio/common/lib/proto-utils.js';

const { Payload } = temporal.api.common.v1;
const { Failure } = temporal.api.failure.v1;

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
    if (value instanceof Payload) fields[name] = await decoded(value, codecs);
    else if (Array.isArray(value)) fields[name] = await Promise.all(value.map((item) => decodedItem(item, codecs)));
    else if (isMessage(value)) await decodeWithin(value, codecs);
  }
  if (message instanceof Failure) restoreText(message);
}

async function decodedItem(item: unknown, codecs: PayloadCodec[]): Promise<unknown> {
  if (item instanceof Payload) return decoded(item, codecs);
  if (isMessage(item)) await decodeWithin(item, codecs);
  return item;
}

async function decoded(
  payload: temporal.api.common.v1.IPayload,
  codecs: PayloadCodec[],
): Promise<temporal.api.common.v1.IPayload> {
  let payloads = [payload];
  for (const codec of codecs.toReversed()) payloads = await codec.decode(payloads);
  return payloads[0] ?? payload;
}

const isMessage = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !(value instanceof Uint8Array);

/** Message and stack stand in a payload while a failure is encrypted. */
function restoreText(failure: temporal.api.failure.v1.IFailure): void {
  const { metadata, data } = failure.encodedAttributes ?? {};
  if (textOf(metadata?.encoding) !== 'json/plain') return;
  const { message, stack_trace: stackTrace } = JSON.parse(textOf(data)) as { message?: string; stack_trace?: string };
  failure.message = message ?? '';
  failure.stackTrace = stackTrace ?? '';
  failure.encodedAttributes = null;
}

const textOf = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString('utf8');
