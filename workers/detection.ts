import { trailSearchDetect } from '../activities/trail-search/search.ts';
import type { TrailSearchDetect } from '../activities/trail-search/contract.ts';
import { awsClients } from '../activities/aws/clients.ts';
import type { DataEventsDetect } from '../activities/data-events/contract.ts';
import { dataEventsDetect } from '../activities/data-events/search.ts';
import { detectActivities } from '../activities/detection/detect.ts';
import { searchEngine } from '../activities/detection/search-engine.ts';
import { searchHttp } from '../activities/detection/search-http.ts';
import type { DetectionSource } from '../activities/detection/source.ts';
import { keepingSearched, keepObserved } from '../activities/evidence/observed.ts';
import { lookupLimit } from '../activities/cloudtrail/lookup-limit.ts';
import { trailEvents } from '../activities/detection/trail-events.ts';
import { observedSettings, trailSettings } from '../src/config/aws-settings.ts';
import { searchSettings } from '../src/config/detection-settings.ts';
import type { SoarConfig } from '../src/config/load-config.ts';
import { detectionRules } from '../src/detection/rules.ts';
import { hitTaker, meansEvent, unreadKeeper } from '../src/detection/take-hit.ts';
import { isFields } from '../src/domain/cloudtrail/fields.ts';
import { intakeContext } from '../src/intake/context.ts';
import { recordOfEcs } from '../src/intake/ecs.ts';
import { openIncident } from '../src/intake/open-incident.ts';
import { playbooksOf } from '../src/intake/route.ts';
import { configuredLetters } from '../src/intake/sealed-letters.ts';
import { log } from '../src/temporal/log.ts';
import type { WorkerContext } from './context.ts';

/** What a rule's run asks of the detect worker, by the configuration. Reads the key of the search engine. */
export function detection({ config, temporal }: Pick<WorkerContext, 'config' | 'temporal'>) {
  const context = intakeContext(config, temporal.client);
  return detectActivities({
    rules: detectionRules(),
    source: sourceOf(config),
    take: hitTaker({
      open: (alert) => openIncident(context, alert),
      playbooks: context.playbooks,
      keepUnread: unreadKeeper(configuredLetters(config), log),
    }),
  });
}

/** Where reads of an export, and what an actor did, are looked up; nothing where there is no search engine. */
export function searching({ config }: Pick<WorkerContext, 'config'>): Partial<DataEventsDetect & TrailSearchDetect> {
  const search = searchSettings(config);
  if (!search) return {};
  const keep = keepObserved(observedSettings(config, 'detect'), { as: 'soar-detect' });
  const ask = searchHttp(search);
  const record = (document: unknown) => (isFields(document) ? recordOfEcs(document).record : undefined);
  return keepingSearched(
    { ...dataEventsDetect(ask, search.indices), ...trailSearchDetect(ask, record, search.indices) },
    keep,
  );
}

function sourceOf(config: SoarConfig): DetectionSource {
  const search = searchSettings(config);
  if (search) return searchEngine(searchHttp(search), search.indices);
  return trailEvents({
    clients: awsClients(trailSettings(config)),
    places: config.accounts.flatMap(({ id, regions }) => regions.map((region) => ({ accountId: id, region }))),
    concerns: ({ condition }, document) => meansEvent(condition, document, playbooksOf(config)),
    limiter: lookupLimit(config.aws.lookupsPerSecond),
  });
}
