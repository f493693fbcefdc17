import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { bundleOf } from '../../../src/audit/bundle/contents.ts';
import { checkSeal } from '../../../src/audit/bundle/check-seal.ts';
import { newSigningKey } from '../../../src/audit/bundle/keys.ts';
import { filesOf, NotABundle, tarOf } from '../../../src/audit/bundle/tar.ts';
import type { HistoryFile } from '../../../src/audit/history-file.ts';
import { auditCodeOf } from '../../../src/audit/workflow-code.ts';

const history = JSON.parse(
  await readFile(new URL('../../replay/histories/denied-attempt.json', import.meta.url), 'utf8'),
) as HistoryFile;
const { key } = newSigningKey();
const code = auditCodeOf('// code of forty bytes, which nobody runs\n');
const bundle = bundleOf({ history, code, renderers: 'none', earlier: [] }, key);

/** What stands where in the file: the header, the content and the padding of each file, and the end of the archive. */
interface Region {
  name: string;
  file: string;
  from: number;
  to: number;
}
function regions(): Region[] {
  let at = 0;
  const found = filesOf(bundle).flatMap(({ path: file, content }): Region[] => {
    const start = at + 512;
    const end = start + content.length;
    const header = { name: `header of ${file}`, file, from: at, to: start };
    at = Math.ceil(end / 512) * 512;
    return [
      header,
      { name: `content of ${file}`, file, from: start, to: end },
      { name: `padding of ${file}`, file, from: end, to: at },
    ];
  });
  return [...found, { name: 'end', file: 'the end of the archive', from: at, to: bundle.length }];
}

/** So many places of a region, first and last among them. */
const places = ({ from, to }: Region, count: number): number[] =>
  Array.from({ length: Math.min(count, to - from) }, (_, index) =>
    Math.floor(from + (index * (to - from - 1)) / Math.max(1, Math.min(count, to - from) - 1)),
  );

/** Its file, or where it is; of a name that was changed so that another file is out of order, that one. */
function isNamed(detail: string, { name, file, from, to }: Region): boolean {
  const at = Number(/byte (\d+)/.exec(detail)?.[1] ?? -1);
  if (name.startsWith('header') && detail.includes('cannot come after')) return true;
  // The signature is of the manifest: whichever of the two was changed, they do not fit.
  return detail.includes(file) || (at >= from && at < to) || (file === 'manifest.sig' && detail.includes('not signed'));
}

describe('a sealed file', () => {
  it('consists of every file with header, content and padding, and holds when nothing was changed', () => {
    const all = regions();
    expect(all.map(({ from }) => from)).toEqual([0, ...all.slice(0, -1).map(({ to }) => to)]);
    expect(all.at(-1)?.to).toBe(bundle.length);
    expect(filesOf(bundle)).toHaveLength(11);
    expect(checkSeal(bundle, key.publicKey).sealed).not.toBeNull();
  });

  it.each(regions())('of which a bit is flipped in the $name is found, and the file is named', (region) => {
    let mutations = 0;
    for (const at of places(region, 30)) {
      for (const bit of [0, 3, 7]) {
        const changed = Buffer.from(bundle);
        changed[at] = changed[at]! ^ (1 << bit);
        const { checks, sealed } = checkSeal(changed, key.publicKey);
        expect(sealed, `byte ${at}, bit ${bit}`).toBeNull();
        const wrong = checks.find(({ ok }) => !ok)!;
        expect(isNamed(wrong.detail, region), `byte ${at}, bit ${bit}: ${wrong.detail}`).toBe(true);
        mutations += 1;
      }
    }
    expect(mutations).toBeGreaterThan(region.to > region.from ? 2 : -1);
  });

  it('is looked at in more than five hundred places', () => {
    expect(regions().reduce((sum, region) => sum + 3 * places(region, 30).length, 0)).toBeGreaterThan(2000);
  });

  it('that is cut off anywhere, or goes on, is none', () => {
    for (const { from, to } of regions()) {
      for (const end of [from, from + 1, to - 1].filter((place) => place >= 0 && place < bundle.length)) {
        expect(checkSeal(bundle.subarray(0, end), key.publicKey).sealed, `cut off at ${end}`).toBeNull();
      }
    }
    for (const more of [Buffer.alloc(1), Buffer.alloc(512), bundle]) {
      expect(checkSeal(Buffer.concat([bundle, more]), key.publicKey).sealed).toBeNull();
    }
  });
});

/** An archive of one file whose header says something else, with a checksum that fits. */
function withHeader(change: (header: Buffer) => void): Buffer {
  const tar = tarOf([{ path: 'report.json', content: Buffer.from('{}\n') }]);
  const header = tar.subarray(0, 512);
  change(header);
  header.write(' '.repeat(8), 148, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return tar;
}
const named = (path: string) =>
  withHeader((header) => {
    header.fill(0, 0, 100);
    header.write(path, 0, 'latin1');
  });
const sized = (size: string) => withHeader((header) => header.write(size, 124, 'latin1'));
const typed = (type: string) => withHeader((header) => header.write(type, 156, 'latin1'));

describe('an archive', () => {
  it('that another tool packed anew is none, and no file is blamed for that', () => {
    const header = Buffer.from(tarOf([{ path: 'report.json', content: Buffer.from('{}\n') }]));
    header.write('0000644', 100, 'latin1');
    expect(() => filesOf(header)).toThrow(
      /it was changed, or packed anew: byte 104 .* \(beside the content of report.json\)/,
    );
  });

  it('whose header is written again is still the same', () => {
    expect(filesOf(withHeader(() => undefined)).map(({ path }) => path)).toEqual(['report.json']);
  });

  it.each<[string, Buffer]>([
    ['leads out of its folder', named('../report.json')],
    ['leads out of a folder in it', named('a/../../report.json')],
    ['names a file from the root', named('/etc/passwd')],
    ['names a file of Windows', named('C:\\report.json')],
    ['names a hidden file', named('.bashrc')],
    ['names a file with a control character', named('report\u001b[2K.json')],
    ['has a second part of the name', withHeader((header) => header.write('../..', 345, 'latin1'))],
    [
      'holds a symbolic link',
      withHeader((header) => {
        header.write('2', 156, 'latin1');
        header.write('/etc/passwd', 157, 'latin1');
      }),
    ],
    ['holds a hard link', typed('1')],
    ['holds a device', typed('3')],
    ['holds a folder', typed('5')],
    ['holds a sparse file', typed('S')],
    ['holds an extended header', typed('x')],
    ['may be executed', withHeader((header) => header.write('0000755\0', 100, 'latin1'))],
    ['belongs to somebody', withHeader((header) => header.write('root', 265, 'latin1'))],
    ['claims eight gibibytes', sized('77777777777\0')],
    ['claims more than there is in binary', sized('\u0080\0\0\0\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff')],
    ['claims fewer than nothing', sized('-0000000001\0')],
  ])('that %s is refused', (_, tar) => {
    expect(() => filesOf(tar)).toThrow(NotABundle);
  });

  it('that holds a file twice, or files out of order, is refused', () => {
    const one = tarOf([{ path: 'report.json', content: Buffer.from('{}\n') }]).subarray(0, 1024);
    const two = tarOf([{ path: 'policy.json', content: Buffer.from('{}\n') }]).subarray(0, 1024);
    const end = Buffer.alloc(1024);
    expect(filesOf(Buffer.concat([two, one, end]))).toHaveLength(2);
    expect(() => filesOf(Buffer.concat([one, one, end]))).toThrow(
      /report.json at byte 1024 cannot come after report.json/,
    );
    expect(() => filesOf(Buffer.concat([one, two, end]))).toThrow(
      /policy.json at byte 1024 cannot come after report.json/,
    );
  });
});
