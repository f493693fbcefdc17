import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isContentRead,
  isKey,
  objectReads,
  parseAccessLogLine,
  type AccessLogLine,
} from '../../../../activities/s3/access-log.ts';

const owner = '36c1f05b76016b78528454e6e0c60e2b7ff7aa20c0a5e4c748276e5b0a2debd2';
const prefix = `${owner} exports [06/Feb/2026:00:00:38 +0000] 192.0.2.3 arn:aws:iam::333333333333:user/eve 3E57427F3EXAMPLE`;
const tail = '"-" "S3Console/0.4" - s9lzHYrFp76ZVxRcpX9+ SigV4 ECDHE-RSA-AES128-GCM-SHA256 AuthHeader h TLSv1.2 - Yes';
const get = (status: string, bytes: string, rest = tail) =>
  `${prefix} REST.GET.OBJECT vms/export-i-1.ova "GET /exports/vms/export-i-1.ova HTTP/1.1" ${status} - ${bytes} 5242880 70 10 ${rest}`;

/** As services, consoles, websites and old clients have S3 write them; whole and cut off. */
const oddLines: [string, string, string, number][] = [
  [
    'a website',
    `${prefix.replace('REST', 'x')} WEBSITE.GET.OBJECT index.html "GET /index.html HTTP/1.1" 200 - 4 4 1 1 "-" "-" -`,
    'WEBSITE.GET.OBJECT',
    200,
  ],
  ['a SOAP call', `${prefix} SOAP.ListBucket - - 200 - 0 - 5 5 "-" "-" -`, 'SOAP.ListBucket', 200],
  [
    'an anonymous reader',
    `${owner} exports [06/Feb/2026:00:00:38 +0000] 192.0.2.3 - 3E57EXAMPLE REST.GET.OBJECT k "GET /k HTTP/1.1" 403 AccessDenied 243 - 9 - "-" "-" -`,
    'REST.GET.OBJECT',
    403,
  ],
  [
    'no address',
    `${owner} exports [06/Feb/2026:00:00:38 +0000] - svc:s3.amazonaws.com 3E57EXAMPLE S3.CREATE.DELETEMARKER k - 204 - - 1 - - - - -`,
    'S3.CREATE.DELETEMARKER',
    204,
  ],
  [
    'an address of version 6',
    `${owner} exports [06/Feb/2026:00:00:38 +0000] 2001:db8::17 - 3E57EXAMPLE REST.HEAD.OBJECT k "HEAD /k HTTP/1.1" 200 - - 9 1 1 "-" "-" -`,
    'REST.HEAD.OBJECT',
    200,
  ],
  ['a referer with quotes', get('206', '12', '"http://r/?q="a b"" "agent" -'), 'REST.GET.OBJECT', 206],
  ['a request without version', `${prefix} REST.GET.OBJECT k "GET /k" 200 - 3 3 1 1 "-" "-" -`, 'REST.GET.OBJECT', 200],
  ['spaces after the end', `${get('200', '1')}   `, 'REST.GET.OBJECT', 200],
  ['a line ending of Windows', `${get('200', '1')}\r`, 'REST.GET.OBJECT', 200],
  ['the reading side of a copy', `${prefix} REST.COPY.OBJECT_GET k - 200 - - 9 - - - - -`, 'REST.COPY.OBJECT_GET', 200],
  [
    'an access point',
    get('200', '8', tail.replace('- Yes', 'arn:aws:s3:eu-west-1:111111111111:accesspoint/x Yes')),
    'REST.GET.OBJECT',
    200,
  ],
];

const parse = (line: string): AccessLogLine => {
  const parsed = parseAccessLogLine(line);
  if (!parsed) throw new Error(`not parsed: ${line}`);
  return parsed;
};

describe('S3 server access log lines', () => {
  it('are read with every field that facts need', () => {
    expect(parse(get('200', '5242880'))).toEqual({
      bucket: 'exports',
      time: '2026-02-06T00:00:38.000Z',
      address: '192.0.2.3',
      requester: 'arn:aws:iam::333333333333:user/eve',
      operation: 'REST.GET.OBJECT',
      key: 'vms/export-i-1.ova',
      status: 200,
      bytes: 5242880,
      objectSize: 5242880,
      userAgent: 'S3Console/0.4',
    });
  });

  it('say of a signed URL whose key signed it', () => {
    const signed = (query: string, type: string) =>
      get('200', '7', tail.replace('AuthHeader', type)).replace('.ova HTTP', `.ova?${query} HTTP`);
    const v4 =
      'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=ASIAEXAMPLE123456789%2F20260206%2Feu-west-1%2Fs3&X-Amz-Expires=600';
    expect(parse(signed(v4, 'QueryString'))).toMatchObject({ presigned: true, signedBy: 'ASIAEXAMPLE123456789' });
    expect(parse(signed('AWSAccessKeyId=AKIAEXAMPLE123456789&Expires=1', 'QueryString'))).toMatchObject({
      presigned: true,
      signedBy: 'AKIAEXAMPLE123456789',
    });
    // Whoever signs by header may write anything into the query.
    expect(parse(signed(v4, 'AuthHeader'))).not.toHaveProperty('presigned');
    expect(parse(get('200', '7'))).not.toHaveProperty('presigned');
    expect(parse(signed('x=1', 'QueryString'))).toMatchObject({ presigned: true });
    expect(parse(signed('x=1', 'QueryString'))).not.toHaveProperty('signedBy');
  });

  it.each(oddLines)('are not lost, however odd: %s', (_, line, operation, status) => {
    expect(parse(line)).toMatchObject({ operation, status, time: '2026-02-06T00:00:38.000Z' });
  });

  it('are not lost whatever a requester writes into key, request, referer and user agent', () => {
    const written = fc.string({ unit: 'grapheme-ascii', maxLength: 40 }).map((text) => text.replace(/[\r\n]/g, ' '));
    const logged = written.map((text) => encodeURIComponent(text) || '-');
    const status = fc.constantFrom('200', '206', '304', '403', '-');
    fc.assert(
      fc.property(logged, status, written, written, fc.nat(), (key, code, referer, userAgent, bytes) => {
        const line =
          `${prefix} REST.GET.OBJECT ${key} "GET /exports/${key} HTTP/1.1" ${code} - ${bytes} 99 70 10 ` +
          `"${referer}" "${userAgent}" - host SigV4 cipher AuthHeader h TLSv1.2 - Yes`;
        expect(parse(line)).toMatchObject({
          ...{ operation: 'REST.GET.OBJECT', key, bytes, objectSize: 99 },
          ...{ status: code === '-' ? 0 : Number(code), requester: 'arn:aws:iam::333333333333:user/eve' },
        });
      }),
      { numRuns: 500 },
    );
  });

  it('may end early, as older ones do', () => {
    const old = get('206', '4194304', '"-" "VLC media player - (c) 1996-2010 the VideoLAN team" -');
    expect(parse(old)).toMatchObject({
      status: 206,
      bytes: 4194304,
      userAgent: expect.stringMatching(/^VLC/) as string,
    });
    expect(parse(`${prefix} REST.GET.OBJECT key "GET /key HTTP/1.1" 200`)).toMatchObject({ status: 200, bytes: 0 });
    expect(parse(`${prefix} REST.GET.OBJECT key`)).toMatchObject({ key: 'key', status: 0 });
  });

  it('may have more fields than are known', () => {
    expect(parse(get('200', '7', `${tail} new "quoted" fields`))).toMatchObject({ status: 200, bytes: 7 });
  });

  it('may have no request, as batch deletions and the service itself write them', () => {
    expect(parse(`${prefix} BATCH.DELETE.OBJECT app.war - 204 - - 344017 - - - - - h= SigV4`)).toMatchObject({
      operation: 'BATCH.DELETE.OBJECT',
      key: 'app.war',
      status: 204,
    });
    expect(parse(`${prefix} S3.EXPIRE.OBJECT 0/a.sst "-" - - - 317 - - "-" "-" x - - -`)).toMatchObject({ status: 0 });
  });

  it('may hold quotes that nobody escaped', () => {
    const agent = 'Mozilla "quoted" 200 - 1 "x" y';
    const line = parse(get('403', '243', `"http://r" "${agent}" - hostid SigV4`));
    expect(line).toMatchObject({ status: 403, bytes: 243, userAgent: agent });
    const quotedUri = `${prefix} REST.GET.OBJECT k "GET /k?x="y" HTTP/1.1" 206 - 12 34 5 6 "-" "agent" -`;
    expect(parse(quotedUri)).toMatchObject({ status: 206, bytes: 12, userAgent: 'agent' });
  });

  it('cannot be made to say another status by the user agent', () => {
    const hostile = '" 304 - 0 0 0 0 "-" "x';
    expect(parse(get('200', '99', `"-" "${hostile}" -`))).toMatchObject({ status: 200, bytes: 99 });
  });

  it('are taken in any zone, and refused without a time or without fields', () => {
    expect(parse(prefix.replace('+0000', '-0130') + ' REST.GET.OBJECT k').time).toBe('2026-02-06T01:30:38.000Z');
    expect(parseAccessLogLine('')).toBeNull();
    expect(parseAccessLogLine('{"json": true}')).toBeNull();
    expect(parseAccessLogLine(prefix.replace('06/Feb', '99/Foo') + ' REST.GET.OBJECT k')).toBeNull();
  });
});

describe('a logged key', () => {
  it.each([
    ['vms/export-i-1.ova', 'vms/export-i-1.ova'],
    ['vms/a%20b%2Bc.ova', 'vms/a b+c.ova'],
    ['vms/a+b.ova', 'vms/a b.ova'],
    ['vms/a%2520b.ova', 'vms/a b.ova'],
    ['vms/100%.ova', 'vms/100%.ova'],
  ])('%s means %s', (logged, key) => {
    expect(isKey(logged, key)).toBe(true);
  });

  it('does not mean another object', () => {
    expect(isKey('vms/export-i-1.ova', 'vms/export-i-10.ova')).toBe(false);
  });
});

describe('reads of an object', () => {
  const line = (over: Partial<AccessLogLine>): AccessLogLine => ({ ...parse(get('200', '10')), ...over });

  it('are downloads and copies, refused ones too, but no HEAD and no 304', () => {
    expect(isContentRead(line({}))).toBe(true);
    expect(isContentRead(line({ status: 403 }))).toBe(true);
    expect(isContentRead(line({ operation: 'REST.COPY.OBJECT_GET' }))).toBe(true);
    expect(isContentRead(line({ operation: 'REST.COPY.PART_GET' }))).toBe(true);
    expect(isContentRead(line({ operation: 'REST.HEAD.OBJECT' }))).toBe(false);
    expect(isContentRead(line({ operation: 'REST.PUT.OBJECT' }))).toBe(false);
    expect(isContentRead(line({ status: 304 }))).toBe(false);
  });

  it('sum the ranges of one download and keep requesters apart', () => {
    const range = (time: string, over: Partial<AccessLogLine> = {}) => line({ status: 206, bytes: 100, time, ...over });
    const reads = objectReads(
      [
        range('2026-02-06T00:00:03.000Z'),
        range('2026-02-06T00:00:01.000Z'),
        range('2026-02-06T00:00:02.000Z', { requester: '-' }),
        line({ status: 403, bytes: 5, time: '2026-02-06T00:00:04.000Z' }),
        range('2026-02-06T00:00:05.000Z'),
      ],
      'vms/export-i-1.ova',
    );
    expect(reads.map(({ time, requester, status, bytes }) => [time.slice(17, 19), requester, status, bytes])).toEqual([
      ['01', 'arn:aws:iam::333333333333:user/eve', 206, 300],
      ['02', '-', 206, 100],
      ['04', 'arn:aws:iam::333333333333:user/eve', 403, 5],
    ]);
  });
});
