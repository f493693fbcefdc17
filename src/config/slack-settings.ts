import type { SoarConfig } from './load-config.ts';

/** For the worker that tells people in Slack. */
export interface SlackWorkerSettings {
  botToken: string;
  /** Where incidents are told, unless their owner has a channel. */
  channel: string;
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
    channel: slack.channel,
    ...(slack.apiUrl === undefined ? {} : { apiUrl: slack.apiUrl }),
    codeSecret: gateway.codeSecret.read(),
    temporal: uiUrl === undefined ? null : { uiUrl, namespace },
  };
}
