import { workflowLink } from '../domain/links.ts';
import type { SoarConfig } from './load-config.ts';

/** For the worker that notifies: who is woken where nobody decides. */
export interface PagerSettings {
  url: string;
  routingKey: string;
  linkTo: (workflowId: string) => string | null;
}

/** Null where no pager is configured; reads its key. */
export function pagerSettings({ pager, temporal }: SoarConfig, namespace: string): PagerSettings | null {
  if (!pager) return null;
  const { uiUrl } = temporal;
  return {
    url: pager.url,
    routingKey: pager.routingKey.read(),
    linkTo: (workflowId) => (uiUrl === undefined ? null : workflowLink(uiUrl, namespace, workflowId)),
  };
}
