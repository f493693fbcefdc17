import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { documentsOf } from '../../../src/intake/documents-of.ts';

/** Reads a text that arrives in pieces of `size` bytes. */
async function found(source: string | Uint8Array, size = 7): Promise<unknown[]> {
  const bytes = Buffer.from(source);
  const chunks = (async function* () {
    for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
  })();
  const all: unknown[] = [];
  for await (const one of documentsOf(chunks)) all.push('document' in one ? one.document : one.problem);
  return all;
}

const [a, b] = [{ eventName: 'A', text: 'Records [ } "' }, { eventName: 'ü' }];
const file = { Records: [a, b] };

describe('a file is', () => {
  test.each<[string, string | Uint8Array]>([
    ["a trail's log", JSON.stringify(file)],
    ['the same, laid out', JSON.stringify(file, null, 2)],
    ['the same, packed', gzipSync(JSON.stringify(file))],
    ['the same, with more around it', JSON.stringify({ x: [1, { y: 2 }], ...file, z: [{ eventName: 'no' }] })],
    ['a list', ` \n${JSON.stringify([a, b], null, 1)}\n`],
    ['one to a line', `${JSON.stringify(a)}\r\n\n${JSON.stringify(b)}`],
    ['one after the other', `${JSON.stringify(a, null, 2)}${JSON.stringify(b)}`],
    ["an answer of Kibana's", JSON.stringify({ alerts: [a, b, null] })],
    ['marked as UTF-8', `\ufeff${JSON.stringify(a)}\n${JSON.stringify(b)}`],
  ])('%s', async (_, source) => {
    for (const size of [1, 7, 100_000]) expect(await found(source, size)).toEqual([a, b]);
  });
});

describe('what is broken costs nothing else:', () => {
  const line = JSON.stringify(a);
  test.each<[string, string | Uint8Array, unknown[]]>([
    ['a line', `${line}\n{"eventName": "A\n${line}`, [a, 'it is not JSON', a]],
    ['a line that takes others along', `${line}\n{"eventName":\n${line}\n`, [a, 'it is not JSON', a]],
    ['a file that is cut off', JSON.stringify(file).slice(0, -8), [a, expect.stringMatching(/ends within a list/)]],
    ['a file that is cut off between two', `{"Records":[${line},`, [a, 'it ends within a list']],
    ['an element', `[${line},{"x":},${line}]`, [a, 'it is not JSON', a]],
    ['brackets', `}]\n${line}`, ['it is not JSON', a]],
    ['bytes', Buffer.from([0xff, 0xfe, 0x0a]), ['it is not JSON']],
    [
      'a packed file',
      gzipSync(line).subarray(0, 20),
      ['it is not JSON', 'it is packed with gzip and damaged or cut off'],
    ],
    ['nothing', '', []],
  ])('%s', async (_, source, expected) => {
    expect(await found(source)).toEqual(expected);
  });
});

test('a log of 10,000 records passes one by one, and leaves no listeners behind', async () => {
  const warnings: string[] = [];
  const note = ({ name }: Error) => void warnings.push(name);
  process.on('warning', note);
  const records = Array.from({ length: 10_000 }, () => ({ ...a, requestID: randomBytes(60).toString('hex') }));
  try {
    expect(await found(gzipSync(JSON.stringify({ Records: records })), 16_384)).toEqual(records);
  } finally {
    process.off('warning', note);
  }
  expect(warnings).toEqual([]);
});

test('a document without end is not kept in memory', async () => {
  const endless = (async function* () {
    yield await Promise.resolve(Buffer.from('{"a":"'));
    for (let n = 0; n < 40; n++) yield Buffer.alloc(1_000_000, 'x');
    yield Buffer.from(`\n${JSON.stringify(b)}`);
  })();
  const all = [];
  for await (const one of documentsOf(endless)) all.push(one);
  expect(all[0]).toEqual({ problem: expect.stringMatching(/more than 32 million/) as string });
  expect(all.at(-1)).toEqual({ document: b });
});

describe('whatever comes,', () => {
  test('documents are found however they are laid out and wherever the file is cut into pieces', async () => {
    const documents = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(documents, fc.nat(4), fc.integer({ min: 1, max: 50 }), async (list, layout, size) => {
        const plain = JSON.parse(JSON.stringify(list)) as unknown[];
        for (const text of [JSON.stringify(list), JSON.stringify({ Records: list }, null, layout)]) {
          expect(await found(text, size)).toEqual(plain);
        }
      }),
    );
  });

  test('bytes end in documents or problems', async () => {
    const text = fc.string({
      unit: fc.constantFrom('{', '}', '[', ']', '"', ',', ':', '\\', '\n', 'a', '1', '"Records":['),
    });
    await fc.assert(
      fc.asyncProperty(text, async (source) => {
        expect(await found(source, 3)).toBeInstanceOf(Array);
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), async (source) => {
        expect(await found(source, 3)).toBeInstanceOf(Array);
      }),
    );
  });
});
