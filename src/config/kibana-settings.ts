import { workflowLink } from '../domain/links.ts';
import type { SoarConfig } from './load-config.ts';

/** For the worker that notifies: where the alerts came from, and where their incidents can be looked at. */
export interface KibanaSettings {
  url: string;
  apiKey: string;
  space: string;
  cases: boolean;
  linkTo: (workflowId: string) => string | null;
}

/** Null where no Kibana is configured; reads its key. */
export function kibanaSettings({ kibana, temporal }: SoarConfig, namespace: string): KibanaSettings | null {
  if (!kibana) return null;
  const { uiUrl } = temporal;
  return {
    ...kibana,
    apiKey: kibana.apiKey.read(),
    linkTo: (workflowId) => (uiUrl === undefined ? null : workflowLink(uiUrl, namespace, workflowId)),
  };
}
