import { pagerClient, refused, type PagerSettings } from './client.ts';
import type { PagerNotify } from './contract.ts';
import { resolveEvent, triggerEvent, uncontainedEvent } from './event.ts';

/** Null: this worker has no pager; an incident that was opened when there was one says so. */
export function pagerNotify(settings: PagerSettings | null): PagerNotify {
  if (!settings) {
    const refuse = () => Promise.reject(refused('the configuration of the notify worker has no section pager'));
    return { pageOnCall: refuse, pageUncontained: refuse, resolvePage: refuse };
  }
  const send = pagerClient(settings);
  return {
    pageOnCall: (page) => send(`paging about ${page.requestId}`, triggerEvent(page, settings.linkTo(page.workflowId))),
    pageUncontained: (page) =>
      send(
        `paging that ${page.incidentKey} is not contained`,
        uncontainedEvent(page, settings.linkTo(page.workflowId)),
      ),
    resolvePage: (settled) => send(`resolving the page about ${settled.requestId}`, resolveEvent(settled)),
  };
}
