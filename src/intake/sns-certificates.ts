import { X509Certificate, type KeyObject } from 'node:crypto';
import { HttpRefusal, notNow } from './server.ts';

/** Visits an address and returns what it answered; rejects for anything but success. */
export type Fetcher = (url: string) => Promise<Buffer>;

const patience = 5000;
const largest = 65_536;

/** No redirects, so that the host that was checked is the host that answers; bounded in time and size. */
export const fetchSmall: Fetcher = async (url) => {
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(patience) });
  if (!response.ok) throw new Error(`it answered ${response.status}`);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > largest) throw new Error(`it answered with more than ${largest} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

const kept = 24 * 3_600_000;
const most = 100;

/** SNS's certificates by address; the address was checked before. One visit for all who wait for the same. */
export function certificateKeys(fetcher: Fetcher, now: () => Date): (url: string) => Promise<KeyObject> {
  const known = new Map<string, { until: number; key: Promise<KeyObject> }>();
  const load = async (url: string): Promise<KeyObject> => {
    let pem: Buffer;
    try {
      pem = await fetcher(url);
    } catch (error) {
      throw notNow("SNS's certificate cannot be fetched", error);
    }
    let certificate: X509Certificate;
    try {
      certificate = new X509Certificate(pem);
    } catch (error) {
      throw new HttpRefusal(401, "SNS's certificate is none", { cause: error });
    }
    const time = now().getTime();
    if (time < Date.parse(certificate.validFrom) || time > Date.parse(certificate.validTo)) {
      throw new HttpRefusal(401, "SNS's certificate is not valid now");
    }
    return certificate.publicKey;
  };
  return (url) => {
    const found = known.get(url);
    if (found && found.until > now().getTime()) return found.key;
    const key = load(url);
    if (known.size >= most) known.clear();
    known.set(url, { until: now().getTime() + kept, key });
    key.catch(() => known.delete(url));
    return key;
  };
}
