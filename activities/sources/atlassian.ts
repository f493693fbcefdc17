import { guardedFetch } from './guarded-fetch.ts';

export interface AtlassianSettings {
  /** Of the site, such as https://acme.atlassian.net. */
  url: string;
  email: string;
  token: string;
}

/** The part of a request of `jira.js` and `confluence.js` that they leave to their transport. */
interface Request {
  url: string;
  method?: string | undefined;
  searchParams?: Record<string, unknown> | undefined;
  body?: unknown;
}

/**
 * The transport of both libraries. Their own follows redirects, waits for ever and repeats answers in messages; this one
 * does not. What comes back is JSON that nobody has looked at.
 */
export function atlassianClient({ url, email, token }: AtlassianSettings, name: string, keyAt: string) {
  const ask = guardedFetch({ name, url, keyAt });
  const authorization = `Basic ${Buffer.from(`${email}:${token}`).toString('base64')}`;
  return {
    async sendRequest<T>({ url: path, method = 'GET', searchParams = {}, body }: Request): Promise<T> {
      const address = new URL(`${url.replace(/\/+$/, '')}${path}`);
      for (const [key, value] of Object.entries(searchParams)) {
        for (const item of [value].flat()) {
          if (typeof item === 'string' || typeof item === 'number') address.searchParams.append(key, String(item));
        }
      }
      const response = await ask(address, {
        method,
        headers: {
          accept: 'application/json',
          authorization,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return (await response.json().catch(() => null)) as T;
    },
  };
}
