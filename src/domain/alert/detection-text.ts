import type { DetectionRun } from './detection.ts';

/** What a run came to, in one line. */
export function detectionLine(run: DetectionRun): string {
  const { ruleId, from, to, hits, opened, attached, known, refused } = run;
  return (
    `${ruleId}: ${hits} hit(s) from ${from} to ${to}: ${opened} opened, ${attached} attached, ${known} known, ` +
    `${refused} refused`
  );
}

/** What somebody has to know or do about it; empty when all is well. */
export function detectionWarnings({ searched, remaining, failed, refused, gaps }: DetectionRun): string[] {
  return [
    ...(searched.length === 0 ? ['NOTHING WAS SEARCHED: this rule sees nothing'] : []),
    ...(remaining > 0
      ? [`${remaining} MORE HIT(S) are left: the next run goes on with them, or run: soar detection run`]
      : []),
    ...(failed > 0 ? [`${failed} hit(s) could not be opened: the next run tries them again`] : []),
    ...(refused > 0 ? [`${refused} hit(s) could not be read: soar dead-letter list`] : []),
    ...gaps.map(({ where, why }) => `not searched as it should be: ${where}: ${why}`),
  ];
}
