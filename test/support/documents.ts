import { posix } from 'node:path';

/** Relative links and pictures of a Markdown text that lead nowhere, anchors on headings included. */
export function brokenLinks(
  path: string,
  markdown: string,
  fileExists: (path: string) => boolean,
  read: (path: string) => string,
): string[] {
  return linksOf(markdown).filter((link) => {
    const [target = '', anchor] = link.split('#');
    const file = target === '' ? path : posix.normalize(posix.join(posix.dirname(path), target));
    if (file.startsWith('..') || !fileExists(file)) return true;
    if (anchor === undefined || !file.endsWith('.md')) return false;
    return !anchorsOf(target === '' ? markdown : read(file)).includes(anchor);
  });
}

const withoutCode = (markdown: string): string => markdown.replace(/^```.*?^```/gms, '').replace(/`[^`\n]*`/g, '');

const linksOf = (markdown: string): string[] =>
  [...withoutCode(markdown).matchAll(/\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)"/g)]
    .map(([, inText, inTag]) => inText ?? inTag ?? '')
    .filter((link) => !/^[a-z]+:/.test(link));

/** Headings as GitHub links them. */
const anchorsOf = (markdown: string): string[] =>
  [...markdown.replace(/^```.*?^```/gms, '').matchAll(/^#+ +(.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );

/** `npm run x`, `npm test` and `npx …` of code blocks and code spans. */
export const npmScripts = (markdown: string): string[] => [
  ...new Set(
    [...codeOf(markdown).matchAll(/\bnpm (?:run (?:-\S+ )*)?([a-z][\w-]*(?::[\w-]+)*)/g)].map(([, name = '']) => name),
  ),
];

/** `soar …` commands of code blocks and code spans: the words up to the first argument, and all options. */
export const soarCommands = (markdown: string): string[] => [
  ...new Set(
    [...codeOf(markdown).matchAll(/\bsoar ([a-z-][^\n|#]*)/g)].flatMap(([, line = '']) => {
      const tokens = line.trim().split(/\s+/);
      const end = tokens.findIndex((token) => !/^[a-z][a-z-]*$/.test(token));
      const words = end < 0 ? tokens : tokens.slice(0, end);
      const options = tokens.filter((token) => /^--[a-z]/.test(token)).map((token) => token.split('=')[0] ?? token);
      return words.length === 0 ? [] : [[...words, ...options].join(' ')];
    }),
  ),
];

const codeOf = (markdown: string): string =>
  [...markdown.matchAll(/^```.*?\n(.*?)^```|`([^`\n]+)`/gms)].map(([, block, span]) => block ?? span ?? '').join('\n');

interface CommandTree {
  name(): string;
  readonly commands: readonly CommandTree[];
  readonly options: readonly { long?: string | null | undefined }[];
}

/** Commands and options that the program does not have. Words after a command without subcommands are its arguments. */
export const unknownCommands = (commands: readonly string[], program: CommandTree): string[] =>
  commands.filter((command) => !known(command.split(' '), program)).map((command) => `soar ${command}`);

function known(tokens: string[], command: CommandTree): boolean {
  const [first = '', ...rest] = tokens;
  if (first === 'help') return true;
  if (command.commands.length > 0 && first !== '' && !first.startsWith('--')) {
    const next = command.commands.find((candidate) => candidate.name() === first);
    return next !== undefined && known(rest, next);
  }
  const options = ['--help', ...command.options.map(({ long }) => long)];
  return tokens.filter((token) => token.startsWith('--')).every((token) => options.includes(token));
}
