import { createSign, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { signedText, type SnsMessage } from '../../../src/intake/sns-message.ts';

const der = (tag: number, ...parts: Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
};
const sequence = (...parts: Uint8Array[]) => der(0x30, ...parts);

/** A certificate made here, as `node:crypto` reads them but does not make them. */
export function aCertificate(until = '20991231235959Z'): { pem: Buffer; privateKey: KeyObject } {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const sha256WithRsa = sequence(der(0x06, Buffer.from('2a864886f70d01010b', 'hex')), der(0x05));
  const commonName = sequence(der(0x06, Buffer.from('550403', 'hex')), der(0x0c, Buffer.from('sns.amazonaws.com')));
  const name = sequence(der(0x31, commonName));
  const signed = sequence(
    der(0x02, Buffer.from([1])),
    sha256WithRsa,
    name,
    sequence(der(0x18, Buffer.from('20200101000000Z')), der(0x18, Buffer.from(until))),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = der(0x03, Buffer.from([0]), sign('sha256', signed, privateKey));
  const body = sequence(signed, sha256WithRsa, signature).toString('base64');
  return { pem: Buffer.from(`-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`), privateKey };
}

export const signedBy = (privateKey: KeyObject, message: SnsMessage): SnsMessage => ({
  ...message,
  Signature: createSign(message.SignatureVersion === '1' ? 'RSA-SHA1' : 'RSA-SHA256')
    .update(signedText(message))
    .sign(privateKey, 'base64'),
});
