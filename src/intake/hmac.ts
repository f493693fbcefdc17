import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { answeredOnce } from './answered-once.ts';
import { HttpRefusal } from './server.ts';

/** A signature is good for so long before and after its time. */
const signatureWindow = 5 * 60_000;

export interface SignatureCheck {
  isSigned: (headers: IncomingHttpHeaders) => boolean;
  /** Why the headers alone are not good enough: known before the body is read. */
  refusal: (headers: IncomingHttpHeaders) => HttpRefusal | undefined;
  /** Verifies the signature over this body and answers once: the same signature again is a replay. */
  once: <T>(headers: IncomingHttpHeaders, body: Buffer, answer: () => Promise<T>) => Promise<T>;
}

/** Where a sender puts `VERSION=<hex HMAC-SHA256 over "VERSION:{timestamp}:{raw body}">`, and the timestamp in seconds. */
export interface SignatureScheme {
  version: string;
  signatureHeader: string;
  timestampHeader: string;
}
const ours: SignatureScheme = {
  version: 'v1',
  signatureHeader: 'x-soar-signature',
  timestampHeader: 'x-soar-timestamp',
};

/** Several secrets are valid at once, so that one can be replaced. */
export function signatureCheck(secrets: string[], now: () => Date, scheme = ours): SignatureCheck {
  const { version, signatureHeader, timestampHeader } = scheme;
  const signatureForm = new RegExp(`^${version}=([0-9a-f]{64})$`, 'i');
  // Both ends of the window: a timestamp from the future lives longest.
  const seen = answeredOnce<unknown>({ keep: 2 * signatureWindow, now: () => now().getTime() });
  const part = (headers: IncomingHttpHeaders, name: string, form: RegExp): string | undefined => {
    const value = headers[name];
    return typeof value === 'string' ? form.exec(value)?.[1] : undefined;
  };
  const signatureIn = (headers: IncomingHttpHeaders) => part(headers, signatureHeader, signatureForm);
  const timestampIn = (headers: IncomingHttpHeaders) => part(headers, timestampHeader, /^(\d{1,12})$/);
  const refusal: SignatureCheck['refusal'] = (headers) => {
    const timestamp = timestampIn(headers);
    if (signatureIn(headers) === undefined || secrets.length === 0) return unknown();
    if (timestamp === undefined) {
      return new HttpRefusal(401, `${timestampHeader} is missing, or is not a time in seconds since 1970`);
    }
    const age = Math.abs(now().getTime() - Number(timestamp) * 1000);
    return age > signatureWindow ? new HttpRefusal(401, 'the signature is too old or from the future') : undefined;
  };

  return {
    isSigned: (headers) => headers[signatureHeader] !== undefined,
    refusal,
    once: async <T>(headers: IncomingHttpHeaders, body: Buffer, answer: () => Promise<T>): Promise<T> => {
      const refused = refusal(headers);
      if (refused) throw refused;
      const offered = Buffer.from(signatureIn(headers) ?? '', 'hex');
      const signed = (secret: string) =>
        createHmac('sha256', secret)
          .update(`${version}:${timestampIn(headers) ?? ''}:`)
          .update(body)
          .digest();
      // All are compared, always.
      const matches = secrets.filter((secret) => timingSafeEqual(offered, signed(secret)));
      if (matches.length === 0) throw unknown();
      const key = offered.toString('hex');
      if (seen.has(key)) throw new HttpRefusal(401, 'this request was sent before; sign it anew to repeat it');
      return (await seen.answer(key, answer)) as T;
    },
  };
}

const unknown = (): HttpRefusal => new HttpRefusal(401, 'the signature is missing or not known');
