import { digestOf } from '../../domain/digest.ts';
import type { IncidentOpening } from '../../domain/incident.ts';
import type { IncidentReport } from '../../domain/report/report.ts';
import { fails, holds, type Check } from './checks.ts';
import { endOf, openingOf, resultOf, type HistoryEvent } from './history-events.ts';
import { jsonFile, names, type Manifest } from './manifest.ts';
import { readmeFile, renderings } from './renderings.ts';

const ofReports = [names.report, names.reportText, names.reportPage, names.reportEvent, names.decisions];
/** In words that change from release to release. */
export const ofWords = new Set<string>([names.reportText, names.reportPage, names.reportEvent, names.readme]);
const ofBundles = new Set<string>(Object.values(names).filter((name) => name !== names.commitments));

/** Report, policy and decisions are those of the history, and there is nothing beside them that could pass for one of them. */
export function checkDerived(
  files: Map<string, Buffer>,
  events: HistoryEvent[],
  { keyId }: Manifest,
  sameWords: boolean,
): Check {
  const { policy, policyDigest } = openingOf(events) as IncidentOpening;
  if (digestOf(policy) !== policyDigest)
    return fails('report', 'the policy in event 1 is not the one that its digest names');
  const report = resultOf(events) as IncidentReport | undefined;
  const expected = [
    jsonFile(names.policy, { policy, policyDigest }),
    ...(report
      ? [
          jsonFile(names.report, report),
          jsonFile(names.decisions, { requests: report.requests, decisions: report.decisions }),
          // Another release words it differently; the manifest vouches for what it wrote then.
          ...(sameWords ? renderings(report) : []),
        ]
      : []),
    ...(sameWords ? [readmeFile(keyId)] : []),
  ];
  const wrong = expected.find(({ path, content }) => !files.get(path)?.equals(content));
  if (wrong) return fails('report', `${wrong.path} is not what the history comes to`);
  const extra = report ? undefined : ofReports.find((path) => files.has(path));
  if (extra) return fails('report', `${extra} is there although the incident came to no report`);
  const stranger = [...files.keys()].find((path) => !ofBundles.has(path));
  if (stranger !== undefined) return fails('report', `${stranger} is no file of a bundle: nothing here vouches for it`);
  const there = expected.map(({ path }) => path).join(', ');
  const without = report ? '' : `; there is no report: the incident is ${endOf(events)}`;
  return holds('report', `${there}${without}${sameWords ? '' : notCompared([...files.keys()])}`);
}

/** Whoever seals names the release that rendered; a name that nobody knows may stand over anything. */
export function notCompared(present: string[]): string {
  const words = present.filter((path) => ofWords.has(path)).sort();
  return `; not compared: ${words.join(', ')}, in the words of another release; verify with that, or do not rely on them`;
}
