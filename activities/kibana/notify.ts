import { ApplicationFailure } from '@temporalio/common';
import { attempt } from '../aws/activity-context.ts';
import { findAlerts, setStatus, tagAlerts, type FoundAlerts } from './alerts.ts';
import { keepCase } from './cases.ts';
import { kibanaClient, kibanaFailures, refused, unavailable, type KibanaSettings } from './client.ts';
import type { DetectorNews, KibanaNotify } from './contract.ts';
import { noteAlerts } from './notes.ts';

/** An alert can be sent to us before a search finds it; after this many attempts it is not there. */
const attemptsToFind = 3;

/**
 * Back to Elastic Security, through Kibana's public API as 8.9 to 9.x have it. Nothing that came with an alert is sent
 * there: only ids that Kibana knows, the incident's key, and words of ours.
 */
export function kibanaNotify(settings: KibanaSettings | null): KibanaNotify {
  const kibana = settings && kibanaClient(settings);
  return {
    async tellDetector(news) {
      if (!kibana) throw refused('the configuration of this notify worker has no section kibana: add it again');
      const found = await findAlerts(kibana, news.alerts);
      if (found.missing.length > 0 && attempt() < attemptsToFind) {
        throw unavailable(`${found.missing.length} alerts cannot be found in space ${settings.space} yet`);
      }
      const problems = problemsOf(found, settings.space);
      if (found.ours.length === 0) return { changed: 0, problems };

      const changed = await setStatus(kibana, found.ours, news.state);
      const texts = textsOf(news, settings.linkTo(news.workflowId));
      await orProblem(problems, () => tagAlerts(kibana, found.ours, texts.tags));
      await orProblem(problems, () => noteAlerts(kibana, found.ours, texts.note));
      if (settings.cases) await orProblem(problems, () => keepCase(kibana, news, found.ours, texts));
      return { changed, problems };
    },
  };
}

/** The status counts most: what only decorates it and is refused is said, and does not undo it. */
async function orProblem(problems: string[], step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    if (!(error instanceof ApplicationFailure) || error.type !== kibanaFailures.refused) throw error;
    problems.push(error.message);
  }
}

function problemsOf({ missing, foreign }: FoundAlerts, space: string): string[] {
  return [
    ...(missing.length > 0
      ? [`${alerts(missing.length)} not in space ${space}: check kibana.space, and whether they were deleted`]
      : []),
    ...(foreign.length > 0
      ? [`${alerts(foreign.length)} in Kibana about another event than the incident, and left alone`]
      : []),
  ];
}
const alerts = (count: number) => (count === 1 ? '1 alert is' : `${count} alerts are`);

function textsOf(news: DetectorNews, link: string | null): { note: string; tags: string[] } {
  const { incidentKey } = news;
  const where = link ?? `soar incident show ${incidentKey}`;
  if (news.state === 'acknowledged') {
    return { note: `Incident ${incidentKey} handles this alert: ${where}`, tags: [incidentKey] };
  }
  const verdict = `${news.verdict}${news.severity ? `, severity ${news.severity}` : ''}`;
  return {
    note: `Incident ${incidentKey} ended. Verdict: ${verdict}. ${where}`,
    tags: [incidentKey, `verdict: ${news.verdict}`],
  };
}
