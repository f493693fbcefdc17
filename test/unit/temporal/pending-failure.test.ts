import type { Client } from '@temporalio/client';
import {
  ApplicationFailure,
  DefaultFailureConverter,
  defaultFailureConverter,
  defaultPayloadConverter,
  type PayloadCodec,
} from '@temporalio/common';
import { encodeErrorToFailure } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { expect, it } from 'vitest';
import { pendingFailure } from '../../../src/temporal/pending-failure.ts';

const turned: PayloadCodec = {
  encode: (payloads) =>
    Promise.resolve(payloads.map(({ data }) => ({ metadata: {}, data: Buffer.from(data ?? []).reverse() }))),
  decode: (payloads) =>
    Promise.resolve(
      payloads.map(({ data }) => ({
        metadata: { encoding: Buffer.from('json/plain') },
        data: Buffer.from(data ?? []).reverse(),
      })),
    ),
};
const clientWith = (loadedDataConverter: object) => ({ options: { loadedDataConverter } }) as unknown as Client;

it('says why an activity failed where messages are encrypted, and where they are not', async () => {
  const encrypted = {
    payloadConverter: defaultPayloadConverter,
    failureConverter: new DefaultFailureConverter({ encodeCommonAttributes: true }),
    payloadCodecs: [turned],
  };
  const plain = {
    payloadConverter: defaultPayloadConverter,
    failureConverter: defaultFailureConverter,
    payloadCodecs: [],
  };
  for (const converter of [encrypted, plain]) {
    const failure = await encodeErrorToFailure(converter, ApplicationFailure.create({ message: 'it is still open' }));
    expect(failure.message).toBe(converter === plain ? 'it is still open' : 'Encoded failure');
    expect(await pendingFailure(clientWith(converter), failure)).toBe('it is still open');
  }
  expect(await pendingFailure(clientWith(plain), undefined)).toBe(null);
});
