import { createVerify, type KeyObject } from 'node:crypto';
import { isFields, member, parseJson } from '../domain/cloudtrail/fields.ts';
import { dnsSuffixOf, partitionOf } from '../domain/policy/arns.ts';
import { HttpRefusal } from './server.ts';

const snsTypes = ['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation'] as const;
export type SnsType = (typeof snsTypes)[number];

/** What SNS posts, as text for text: signatures are over these very characters. */
export interface SnsMessage {
  Type: SnsType;
  MessageId: string;
  TopicArn: string;
  Message: string;
  Timestamp: string;
  SignatureVersion: '1' | '2';
  Signature: string;
  SigningCertURL: string;
  Subject?: string;
  Token?: string;
  SubscribeURL?: string;
}

const indispensable = ['MessageId', 'TopicArn', 'Message', 'Timestamp', 'Signature', 'SigningCertURL'] as const;

/** Reads a message; throws `HttpRefusal` where it is none. */
export function snsMessage(body: string): SnsMessage {
  const source = parseJson(body);
  if (!isFields(source)) throw new HttpRefusal(400, 'the body is not a message of SNS');
  const value = (name: string): string | undefined => {
    const found = member(source, name);
    return typeof found === 'string' && found !== '' ? found : undefined;
  };
  const type = snsTypes.find((one) => one === value('Type'));
  if (!type)
    throw new HttpRefusal(
      400,
      'the body is not a message of SNS; raw delivery, which carries no signature, has to be off for the subscription',
    );
  const version = value('SignatureVersion');
  if (version !== '1' && version !== '2') throw new HttpRefusal(401, "the message's signature is of no known version");
  const [missing] = indispensable.filter((name) => value(name) === undefined);
  if (missing !== undefined) throw new HttpRefusal(400, `the message has no ${missing}`);
  return {
    ...(Object.fromEntries(indispensable.map((name) => [name, value(name)])) as Pick<
      SnsMessage,
      (typeof indispensable)[number]
    >),
    Type: type,
    SignatureVersion: version,
    ...(value('Subject') !== undefined && { Subject: value('Subject') ?? '' }),
    ...(value('Token') !== undefined && { Token: value('Token') ?? '' }),
    ...(value('SubscribeURL') !== undefined && { SubscribeURL: value('SubscribeURL') ?? '' }),
  };
}

const signedIn: Record<SnsType, (keyof SnsMessage)[]> = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
};

/** What is signed: key and value, each on a line of its own, in alphabetical order; absent ones are left out. */
export const signedText = (message: SnsMessage): string =>
  signedIn[message.Type].flatMap((key) => (message[key] === undefined ? [] : [`${key}\n${message[key]}\n`])).join('');

export function signatureMatches(message: SnsMessage, key: KeyObject): boolean {
  const verify = createVerify(message.SignatureVersion === '1' ? 'RSA-SHA1' : 'RSA-SHA256');
  return verify.update(signedText(message), 'utf8').verify(key, message.Signature, 'base64');
}

/**
 * An address of SNS itself, in the topic's Region: over https, with nothing in front of the host or behind it. Only such
 * an address is ever visited.
 */
export function snsAddress(address: string, topicArn: string): URL | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  const [, partition = '', , region = ''] = topicArn.split(':');
  if (partition !== partitionOf(region)) return undefined;
  const host = `sns.${region}.${dnsSuffixOf(region)}`;
  const plain = url.protocol === 'https:' && url.username === '' && url.password === '' && url.port === '';
  return plain && url.hostname === host ? url : undefined;
}
