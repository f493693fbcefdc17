import { createHash, createHmac } from 'node:crypto';
import { region, type Credentials } from '../src/lab/clients.ts';

/** A link by which anybody reads an object with the rights of whoever signed it: Signature Version 4 in the query. */
export function presigned(
  endpoint: string,
  { accessKeyId, secretAccessKey, sessionToken }: Credentials,
  { bucket, key }: { bucket: string; key: string },
): string {
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const date = time.slice(0, 8);
  const scope = `${date}/${region}/s3/aws4_request`;
  const url = new URL(`/${bucket}/${key}`, endpoint);
  const query = new URLSearchParams({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${accessKeyId}/${scope}`,
    'X-Amz-Date': time,
    'X-Amz-Expires': '3600',
    ...(sessionToken === undefined ? {} : { 'X-Amz-Security-Token': sessionToken }),
    'X-Amz-SignedHeaders': 'host',
  });
  query.sort();
  const canonical = `GET\n${url.pathname}\n${query.toString()}\nhost:${url.host}\n\nhost\nUNSIGNED-PAYLOAD`;
  const hashed = createHash('sha256').update(canonical).digest('hex');
  const hmac = (secret: string | Buffer, text: string) => createHmac('sha256', secret).update(text).digest();
  const signing = [date, region, 's3', 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  const signature = hmac(signing, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hashed}`).toString('hex');
  return `${url.href}?${query.toString()}&X-Amz-Signature=${signature}`;
}
