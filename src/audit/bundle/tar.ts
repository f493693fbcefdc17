/**
 * One way to write a tar, and the only one that is read: regular files in order of their paths, POSIX ustar, owner, time and
 * mode always the same. The same files are the same bytes, and whatever else a reader of archives could be told is refused.
 */
export interface BundleFile {
  path: string;
  content: Buffer;
}

/** The file is not an archive of this form. */
export class NotABundle extends Error {
  override readonly name = 'NotABundle';
}

const block = 512;
const pathForm = /^[\w][\w.-]*(\/[\w][\w.-]*)*$/;

/** Fields of a ustar header: offset and length. */
const fields = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  type: [156, 1],
  magic: [257, 8],
  devmajor: [329, 8],
  devminor: [337, 8],
} as const;

const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, '0')}\0`;

function header({ path, content }: BundleFile): Buffer {
  const bytes = Buffer.alloc(block);
  const put = (field: keyof typeof fields, text: string) => bytes.write(text, fields[field][0], 'latin1');
  put('name', path);
  put('mode', octal(0o444, 8));
  for (const field of ['uid', 'gid', 'devmajor', 'devminor'] as const) put(field, octal(0, 8));
  put('size', octal(content.length, 12));
  put('mtime', octal(0, 12));
  put('checksum', ' '.repeat(8));
  put('type', '0');
  put('magic', 'ustar\x0000');
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  put('checksum', `${octal(sum, 7)} `);
  return bytes;
}

const padding = (length: number): Buffer => Buffer.alloc((block - (length % block)) % block);

export function tarOf(files: BundleFile[]): Buffer {
  const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const wrong = sorted.find(
    ({ path }, index) => !pathForm.test(path) || path.length > fields.name[1] || path === sorted[index + 1]?.path,
  );
  if (wrong) throw new TypeError(`${wrong.path} cannot be a file of a bundle`);
  const parts = sorted.flatMap((file) => [header(file), file.content, padding(file.content.length)]);
  return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}

/** The files of an archive that `tarOf` could have written; throws `NotABundle` for any other, with where it differs. */
export function filesOf(tar: Buffer): BundleFile[] {
  const files: BundleFile[] = [];
  let at = 0;
  while (at + block <= tar.length && tar[at] !== 0) {
    const name = tar.subarray(at, at + fields.name[1]);
    const end = name.indexOf(0);
    const path = name.subarray(0, end < 0 ? name.length : end).toString('latin1');
    const sizeText = tar.subarray(at + fields.size[0], at + fields.size[0] + fields.size[1] - 1).toString('latin1');
    if (!pathForm.test(path) || !/^[0-7]{11}$/.test(sizeText)) throw new NotABundle(`no file header at byte ${at}`);
    const size = parseInt(sizeText, 8);
    if (at + block + size > tar.length) throw new NotABundle(`${path} ends before its ${size} bytes do`);
    const before = files.at(-1)?.path ?? '';
    if (path <= before) throw new NotABundle(`${path} at byte ${at} cannot come after ${before}`);
    files.push({ path, content: tar.subarray(at + block, at + block + size) });
    at += block + size + padding(size).length;
  }
  const again = rebuilt(files);
  const different = firstDifference(tar, again);
  if (different !== null) {
    const where = fileAt(files, different);
    throw new NotABundle(
      `it was changed, or packed anew: byte ${different} is not as this archive would be written (${where})`,
    );
  }
  return files;
}

function rebuilt(files: BundleFile[]): Buffer {
  try {
    return tarOf(files);
  } catch (error) {
    throw new NotABundle((error as Error).message, { cause: error });
  }
}

function firstDifference(a: Buffer, b: Buffer): number | null {
  if (a.equals(b)) return null;
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) if (a[at] !== b[at]) return at;
  return length;
}

/** The file to which the byte belongs; its content is compared by the manifest. */
function fileAt(files: BundleFile[], position: number): string {
  let end = 0;
  for (const { path, content } of files) {
    end += block + content.length + padding(content.length).length;
    if (position < end) return `beside the content of ${path}`;
  }
  return 'the end of the archive';
}
