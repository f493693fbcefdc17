import type { SoarConfig } from './load-config.ts';

/** How the search engine is reached. */
export interface SearchSettings {
  url: string;
  /** The value of the Authorization header. */
  authorization?: string;
  /** Instead of the rules' own. */
  indices?: string[];
}

/** Null: there is no search engine, CloudTrail is asked. Reads the secret. */
export function searchSettings({ detection }: SoarConfig): SearchSettings | null {
  const search = detection?.search;
  if (!search) return null;
  const { url, apiKey, username, password, indices } = search;
  const basic = username === undefined || !password ? undefined : `${username}:${password.read()}`;
  const authorization = apiKey
    ? `ApiKey ${apiKey.read()}`
    : basic === undefined
      ? undefined
      : `Basic ${Buffer.from(basic).toString('base64')}`;
  return {
    url,
    ...(authorization === undefined ? {} : { authorization }),
    ...(indices === undefined ? {} : { indices }),
  };
}
