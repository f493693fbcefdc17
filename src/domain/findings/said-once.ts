import { whenRefused } from '../failures.ts';
import type { Finding } from './evidence.ts';

/** "cloudtrail:LookupEvents is refused to role soar-observe (AccessDeniedException: …); check that …" */
const form = `(\\S+ is refused to (?:role )?\\S+) \\(.*?\\); ${whenRefused}`;

/**
 * One permission that is missing leaves dozens of questions open, each with AWS's long sentence. For people it stands in the
 * first of them; the others say what is refused, and name that one. Records keep every word.
 */
export function saidOnce(findings: Finding[]): Finding[] {
  const refusal = new RegExp(form, 'g');
  const first = new Map<string, string>();
  return findings.map((found) => {
    const { question, detail, whyUnknown } = found;
    for (const [sentence] of `${detail}\n${whyUnknown ?? ''}`.matchAll(refusal))
      if (!first.has(sentence)) first.set(sentence, question);
    const brief = (text: string): string =>
      text.replace(refusal, (sentence, short: string) => {
        const told = first.get(sentence);
        return told === undefined || told === question ? sentence : `${short}, see: ${told}`;
      });
    return { ...found, detail: brief(detail), ...(whyUnknown === undefined ? {} : { whyUnknown: brief(whyUnknown) }) };
  });
}
