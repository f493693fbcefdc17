import { isIP } from 'node:net';
import { z } from 'zod';
import { unique } from '../approval-checks.ts';
import { durationForm, parseDuration } from '../duration.ts';
import { isSecretReference, secretForm, SecretReference } from '../secret.ts';

/** Messages say what is allowed and never repeat the value: somebody may have pasted a secret there. */
export const allowed = (what: string) => (issue: { input?: unknown }) =>
  issue.input === undefined ? `is missing: ${what}` : `must be ${what}`;

export const text = (pattern: RegExp, what: string) =>
  z.string({ error: allowed(what) }).regex(pattern, { error: allowed(what) });

export const oneOf = <const T extends string>(...values: T[]) =>
  z.enum(values, { error: allowed(`one of ${values.join(', ')}`) });

export const wholeNumber = (least: number, most: number) => {
  const error = allowed(`a whole number from ${least} to ${most}`);
  return z.int({ error }).min(least, { error }).max(most, { error });
};

export const list = <T extends z.ZodType>(item: T, what: string) =>
  z.array(item, { error: allowed(`a list of ${what}`) });

export const flag = z.boolean({ error: allowed('true or false') });

/** A section of the file: an unknown key is an error that names the known ones. */
export const section = <S extends z.ZodRawShape>(shape: S) => {
  const keys = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `is unknown; allowed here: ${keys}`
        : allowed(`a section with ${keys}`)(issue),
  });
};

export const name = text(/^[\w][\w .@-]{0,63}$/, 'a name of up to 64 letters, digits, spaces and . _ @ -');

export const id = text(/^[A-Za-z0-9][\w.@-]{0,63}$/, 'an id of up to 64 letters, digits and . _ @ -');

export const sentence = text(/^[^\p{Cc}]{1,300}$/u, 'a line of text');

export const url = text(/^https?:\/\/[^\s@]+$/, 'an address such as https://host:port, without user name or password');

const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(host);

/** What goes there holds a key: it leaves this machine encrypted, or not at all. */
export const httpsUrl = url.refine(
  (value) => {
    const { protocol, hostname } = URL.parse(value) ?? {};
    return protocol === 'https:' || (hostname !== undefined && isLoopback(hostname));
  },
  { error: 'must begin with https://, unless it is on this machine' },
);

export const duration = z.string({ error: allowed(durationForm) }).transform((value, context) => {
  const milliseconds = parseDuration(value);
  if (milliseconds !== null) return milliseconds;
  context.addIssue({ code: 'custom', message: `must be ${durationForm}` });
  return z.NEVER;
});

export const secret = z
  .string({ error: allowed(secretForm) })
  .refine(isSecretReference, { error: allowed(secretForm) })
  .transform((reference) => new SecretReference(reference));

export const hex32 = (what: string) => text(/^[0-9a-f]{64}$/, `${what}: 64 lower-case hex digits`);

export const moment = text(
  /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z)?$/,
  'a date such as 2027-01-31, or a UTC time such as 2027-01-31T12:00:00Z',
).transform((value, context) => {
  const time = new Date(value);
  if (!Number.isNaN(time.getTime())) return time.toISOString();
  context.addIssue({ code: 'custom', message: 'must be a date that exists' });
  return z.NEVER;
});

export const network = z.string({ error: allowed('a CIDR block') }).refine(isNetwork, {
  error: 'must be a CIDR block such as 198.51.100.0/24',
});

function isNetwork(value: string): boolean {
  const [, address = '', bits = ''] = /^(\S+)\/(\d{1,3})$/.exec(value) ?? [];
  const version = isIP(address);
  return version !== 0 && Number(bits) <= (version === 4 ? 32 : 128);
}

export const folder = text(/^[^\p{Cc}]{1,500}$/u, 'a folder');

export const filePath = text(/^[^\p{Cc}]{1,500}$/u, 'the path of a file');

export const strings = (what: string, ...defaults: string[]) => list(sentence, what).default(defaults);

/** Entries of a list are known by their ids. */
export const uniqueIds = (entries: { id: string }[], context: z.RefinementCtx): void =>
  unique(
    entries.map(({ id }) => id),
    (index) => context.addIssue({ code: 'custom', path: [index, 'id'], message: 'is used twice' }),
  );
