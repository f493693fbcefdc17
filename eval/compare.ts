import type { Severity, Verdict } from '../src/domain/severity/assessment.ts';
import type { Answer, Finding } from '../src/domain/findings/evidence.ts';
import type { Expected, ExpectedAnswer } from './expected.ts';
import { signals } from './signals.ts';

/** What an incident came to, up to its first question to people or to its end. */
export interface Observed {
  severity: Severity | null;
  verdict: Verdict | null;
  findings: Pick<Finding, 'id' | 'answer' | 'detail'>[];
}

/** One scene: what was expected, and what of it was found. */
export interface Compared {
  name: string;
  expected: string[];
  found: string[];
  missed: string[];
  /** Signals that fired, and that nothing in the scene explains. */
  invented: string[];
}

/** `names`: what the scene called what `holds` names. */
export function compare(
  { name, severity, verdict, answers }: Expected,
  names: Readonly<Record<string, string>>,
  observed: Observed,
): Compared {
  const checks = [
    sameAs('severity', severity, observed.severity),
    sameAs('verdict', verdict, observed.verdict),
    ...answers.map((answer) => answered(answer, names, observed)),
  ];
  return {
    name,
    expected: checks.map(({ what }) => what),
    found: checks.filter(({ instead }) => instead === null).map(({ what }) => what),
    missed: checks.flatMap(({ what, instead }) => (instead === null ? [] : [`${what}; ${instead}`])),
    invented: observed.findings.filter((finding) => fires(finding) && !isExpected(finding, answers)).map(worded),
  };
}

interface Check {
  what: string;
  /** What there was instead; null: it is as expected. */
  instead: string | null;
}

const sameAs = (what: string, expected: string, observed: string | null): Check => ({
  what: `${what}: ${expected}`,
  instead: observed === expected ? null : `it is ${observed ?? 'not assessed'}`,
});

function answered(
  { id, answer, holds }: ExpectedAnswer,
  names: Readonly<Record<string, string>>,
  { findings }: Observed,
): Check {
  const texts = holds.map((text) => named(text, names));
  const what = `${id}: ${answer}${texts.length === 0 ? '' : ` with ${texts.join(', ')}`}`;
  const finding = findings.find((candidate) => candidate.id === id);
  const isThere = finding?.answer === answer && texts.every((text) => finding.detail.includes(text));
  return { what, instead: isThere ? null : finding ? `it is ${worded(finding)}` : 'there is no such finding' };
}

function named(text: string, names: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = names[name];
    // An empty text would be held by every detail.
    if (value === undefined || value === '') throw new Error(`the scene does not say what {${name}} is`);
    return value;
  });
}

const fires = ({ id, answer }: Pick<Finding, 'id' | 'answer'>): boolean => signals[id]?.includes(answer) ?? false;

const isExpected = ({ id, answer }: { id: string; answer: Answer }, answers: ExpectedAnswer[]): boolean =>
  answers.some((expected) => expected.id === id && expected.answer === answer);

const worded = ({ id, answer, detail }: Observed['findings'][number]): string => `${id}: ${answer}, ${detail}`;

/** Precision: of what was reported, how much was there. Recall: of what was there, how much was reported. 1 of nothing. */
export function score(scenarios: Compared[]): { precision: number; recall: number } {
  const count = (of: 'found' | 'missed' | 'invented') => scenarios.reduce((sum, each) => sum + each[of].length, 0);
  const [found, missed, invented] = [count('found'), count('missed'), count('invented')];
  return { precision: share(found, invented), recall: share(found, missed) };
}

const share = (good: number, bad: number): number => (good + bad === 0 ? 1 : good / (good + bad));
