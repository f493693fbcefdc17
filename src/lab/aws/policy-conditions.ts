import { matchesPattern } from './pattern.ts';

type Operator = (actual: string, expected: string) => boolean;

/** The operators that bucket policies use in practice; a statement with any other one counts as matching. */
const OPERATORS: Readonly<Record<string, Operator>> = {
  stringequals: (a, b) => a === b,
  stringequalsignorecase: (a, b) => a.toLowerCase() === b.toLowerCase(),
  stringlike: matchesPattern,
  arnequals: matchesPattern,
  arnlike: matchesPattern,
  bool: (a, b) => a.toLowerCase() === b.toLowerCase(),
};

type Block = Record<string, string | string[] | boolean>;

/** Whether a statement's `Condition` holds for these keys (lower case). Absent keys follow AWS's rules. */
export function conditionsHold(condition: Record<string, Block> | undefined, keys: Readonly<Record<string, string>>) {
  return Object.entries(condition ?? {}).every(([operator, block]) =>
    Object.entries(block).every(([key, expected]) => {
      const values = (Array.isArray(expected) ? expected : [expected]).map(String);
      return holds(operator.toLowerCase(), keys[key.toLowerCase()], values);
    }),
  );
}

function holds(operator: string, actual: string | undefined, expected: string[]): boolean {
  if (operator === 'null') return (actual === undefined) === (expected[0] === 'true');
  const ifExists = operator.endsWith('ifexists');
  const plain = operator.replace(/ifexists$/, '').replace(/^for(any|all)values?:/, '');
  const negated = plain.includes('not');
  // An absent key fails an affirmative operator and satisfies a negated one, and both with IfExists.
  if (actual === undefined) return ifExists || negated;
  const compare = OPERATORS[plain.replace('not', '')];
  if (compare === undefined) return true;
  const any = expected.some((value) => compare(actual, value));
  return negated ? !any : any;
}
