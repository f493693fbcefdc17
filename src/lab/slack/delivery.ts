import { jsonOf } from './json-of.ts';

/** An interaction on its way to the app, byte by byte. */
export interface Delivery {
  url: string;
  headers: Record<string, string>;
  body: string;
}

/** What the app answered. */
export type Acknowledgement =
  | { result: 'acknowledged'; body: unknown }
  /** Over HTTP only. */
  | { result: 'refused'; status: number }
  | { result: 'silent' | 'unreachable' };

/**
 * One attempt: Slack retries events (`x-slack-retry-num`), but not interactions. The person is told and tries again.
 */
export async function deliver({ url, headers, body }: Delivery, withinMs: number): Promise<Acknowledgement> {
  try {
    const signal = AbortSignal.timeout(withinMs);
    // Slack follows no redirect; fetch would.
    const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' });
    const text = await response.text();
    if (!response.ok) return { result: 'refused', status: response.status };
    return { result: 'acknowledged', body: jsonOf(text) };
  } catch (error) {
    return { result: error instanceof Error && error.name === 'TimeoutError' ? 'silent' : 'unreachable' };
  }
}
