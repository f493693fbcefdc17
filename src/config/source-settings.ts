import type { SoarConfig } from './load-config.ts';

interface Atlassian {
  url: string;
  email: string;
  token: string;
}
/** For the worker that asks the sources; null: not connected. */
export interface SourceSettings {
  github: { url: string; token: string; organisation: string } | null;
  jira: Atlassian | null;
  confluence: Atlassian | null;
  slack: { token: string; apiUrl?: string } | null;
}

/** Reads the keys of those that are configured. */
export function sourceSettings({ sources: { github, jira, confluence, slack } }: SoarConfig): SourceSettings {
  return {
    github: github ? { ...github, token: github.token.read() } : null,
    jira: jira ? { url: jira.url, email: jira.email, token: jira.token.read() } : null,
    confluence: confluence ? { ...confluence, token: confluence.token.read() } : null,
    slack: slack ? { ...slack, token: slack.token.read() } : null,
  };
}
