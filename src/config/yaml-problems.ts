import type { ErrorCode, LineCounter } from 'yaml';
import type { ConfigProblem } from './config-invalid.ts';

const indentation = 'the indentation of this line does not fit the lines above it';
const twoInOne =
  'a setting inside the value of another: this line or the next is indented wrongly, a colon lacks its space, or a text with ": " lacks quotes';
const needsQuotes = 'a text that begins like this needs quotes';

/** In our words: the parser's own quote the file, and a secret may stand there by mistake. */
const words: Partial<Record<ErrorCode, string>> = {
  BAD_INDENT: `${indentation}, or a bracket or quote above it is not closed`,
  TAB_AS_INDENT: 'a tab stands where spaces indent',
  MISSING_CHAR: `${indentation}, or a quote, bracket, comma, colon or dash is missing`,
  BLOCK_AS_IMPLICIT_KEY: twoInOne,
  MULTILINE_IMPLICIT_KEY: twoInOne,
  DUPLICATE_KEY: 'this setting stands above already',
  BAD_SCALAR_START: needsQuotes,
  BAD_ALIAS: needsQuotes,
  TAG_RESOLVE_FAILED: needsQuotes,
  BAD_DQ_ESCAPE: 'a backslash in double quotes; use single ones',
  UNEXPECTED_TOKEN: 'something is too much here, such as a closing bracket or quote',
  MULTIPLE_DOCS: 'a second document begins here; one is read',
};

/** What keeps a text from being YAML. Of its syntax the first alone: whatever follows mostly follows from it. */
export function yamlProblems(
  errors: { code: ErrorCode; pos: [number, number] }[],
  lines: LineCounter,
): ConfigProblem[] {
  const inOrder = errors.toSorted((a, b) => a.pos[0] - b.pos[0]);
  const syntax = inOrder.find(({ code }) => code !== 'DUPLICATE_KEY');
  return inOrder
    .filter((error) => error === syntax || error.code === 'DUPLICATE_KEY')
    .map((error) => ({
      path: '',
      message: `is not YAML: ${words[error.code] ?? error.code.toLowerCase().replaceAll('_', ' ')}${
        error === syntax ? '; the rest is checked once this is right' : ''
      }`,
      line: lines.linePos(error.pos[0]).line,
    }));
}
