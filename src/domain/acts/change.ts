import { plainText } from '../escape.ts';
import type { Json } from '../json.ts';
import { sameStatement, type Statement } from '../policy/policy-document.ts';

/** One line of a change: kept, taken away or added. Control characters are gone; other markup is the reader's affair. */
export interface ChangeLine {
  mark: ' ' | '-' | '+';
  text: string;
}

/** Before → after as lines. Policies are compared statement by statement, everything else line by line. */
export function changeLines(before: Json, after: Json): ChangeLine[] {
  const lines =
    isPolicy(before) && isPolicy(after) ? policyChange(before, after) : compared(jsonLines(before), jsonLines(after));
  return lines.map(({ mark, text }) => ({ mark, text: plainText(text) }));
}

type Policy = Record<string, Json> & { Statement: Statement[] };
const isObject = (value: Json | undefined): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isPolicy = (value: Json): value is Policy =>
  isObject(value) && Array.isArray(value.Statement) && value.Statement.every(isObject);

const nameOf = ({ Sid }: Statement): string => (typeof Sid === 'string' && Sid !== '' ? Sid : 'without Sid');

function policyChange(before: Policy, after: Policy): ChangeLine[] {
  const added = [...after.Statement];
  const take = (matches: (statement: Statement) => boolean): Statement | undefined => {
    const at = added.findIndex(matches);
    return at < 0 ? undefined : added.splice(at, 1)[0];
  };
  // Equal ones first, so that a changed statement is not paired with one that stays.
  const kept = before.Statement.map((statement) => take((other) => sameStatement(statement, other)));
  const lines = before.Statement.flatMap((statement, index): ChangeLine[] => {
    if (kept[index]) return [{ mark: ' ', text: `statement ${nameOf(statement)}: unchanged` }];
    const replaced = take(({ Sid }) => Sid !== undefined && Sid === statement.Sid);
    return compared(jsonLines(statement), replaced ? jsonLines(replaced) : []);
  });
  const { Statement: _before, ...restBefore } = before;
  const { Statement: _after, ...restAfter } = after;
  return [
    ...(JSON.stringify(restBefore) === JSON.stringify(restAfter)
      ? []
      : compared(jsonLines(restBefore), jsonLines(restAfter))),
    ...lines,
    ...added.flatMap((statement) => compared([], jsonLines(statement))),
  ];
}

/** A value that is not longer than this stands on one line. */
const lineWidth = 60;

/** JSON as people read it: short members on one line, a bare text without quotes, nothing for nothing. */
function jsonLines(value: Json): string[] {
  if (value === null) return [];
  return typeof value === 'string' ? [value] : indented(value);
}

function indented(value: Json): string[] {
  const short = JSON.stringify(value);
  if (typeof value !== 'object' || value === null || short.length <= lineWidth) return [short];
  const members = Array.isArray(value)
    ? value.map((item) => indented(item))
    : Object.entries(value).map(([name, member]) => {
        const [first = '', ...rest] = indented(member);
        return [`${JSON.stringify(name)}: ${first}`, ...rest];
      });
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const inside = members.flatMap((lines, index) =>
    lines.map((line, at) => `  ${line}${at === lines.length - 1 && index < members.length - 1 ? ',' : ''}`),
  );
  return [open, ...inside, close];
}

/** Beyond this many pairs of lines no alignment is looked for: a hostile document must not keep a workflow busy. */
const mostPairs = 250_000;

/** The longest common subsequence decides which lines stay. */
function compared(before: string[], after: string[]): ChangeLine[] {
  const removed = (): ChangeLine[] => before.map((text) => ({ mark: '-', text }));
  const added = (): ChangeLine[] => after.map((text) => ({ mark: '+', text }));
  if (before.length * after.length > mostPairs) return [...removed(), ...added()];

  // common[i][j]: how many lines the rests from i and j have in common.
  const common = Array.from({ length: before.length + 1 }, () => new Array<number>(after.length + 1).fill(0));
  const at = (i: number, j: number): number => common[i]?.[j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      const row = common[i];
      if (row) row[j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: ChangeLine[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    const old = before[i];
    const next = after[j];
    if (old !== undefined && old === next) {
      lines.push({ mark: ' ', text: old });
      i++;
      j++;
    } else if (old !== undefined && (next === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ mark: '-', text: old });
      i++;
    } else {
      lines.push({ mark: '+', text: next ?? '' });
      j++;
    }
  }
  return lines;
}

/**
 * At most so many lines, changed ones first: what stays the same gives way before what does not. `left` says how many
 * are not shown.
 */
export function shortChange(lines: ChangeLine[], most: number): { lines: ChangeLine[]; left: number } {
  if (lines.length <= most) return { lines, left: 0 };
  const changed = lines.filter(({ mark }) => mark !== ' ');
  const kept = changed.slice(0, most);
  return { lines: kept, left: lines.length - kept.length };
}
