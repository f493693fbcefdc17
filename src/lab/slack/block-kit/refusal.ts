import type { z } from 'zod';

/** What Slack says about each fault: words, and where. */
export function slackMessages(error: z.ZodError): string[] {
  return error.issues.map((issue) => `${wordsFor(issue)} [json-pointer:${pointer(issue.path)}]`);
}

const pointer = (path: readonly PropertyKey[]): string => path.map((part) => `/${String(part)}`).join('');

function wordsFor(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'too_big':
      return issue.origin === 'array'
        ? `no more than ${issue.maximum} items allowed`
        : `must be less than ${Number(issue.maximum) + 1} characters`;
    case 'too_small':
      return issue.origin === 'array'
        ? `must have at least ${issue.minimum} item`
        : `must be more than ${Number(issue.minimum) - 1} characters`;
    case 'unrecognized_keys':
      return `invalid additional property: ${issue.keys.join(', ')}`;
    case 'invalid_type':
      return issue.input === undefined ? 'missing required field' : `must provide ${article(issue.expected)}`;
    case 'invalid_union':
      return 'unsupported type';
    case 'invalid_value':
      return 'must be a valid enum value';
    default:
      return issue.message;
  }
}

const article = (noun: string): string => `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
