import type { SoarConfig } from './load-config.ts';

/** For the worker that tells people in Slack. */
export interface SlackWorkerSettings {
  botToken: string;
  apiUrl?: string;
  codeSecret: string;
  temporal: { uiUrl: string; namespace: string } | null;
}

/** Null where no Slack is configured; reads its token. */
export function slackSettings({ slack, gateway, temporal }: SoarConfig, namespace: string): SlackWorkerSettings | null {
  if (!slack) return null;
  const { uiUrl } = temporal;
  return {
    botToken: slack.botToken.read(),
    ...(slack.apiUrl === undefined ? {} : { apiUrl: slack.apiUrl }),
    codeSecret: gateway.codeSecret.read(),
    temporal: uiUrl === undefined ? null : { uiUrl, namespace },
  };
}
