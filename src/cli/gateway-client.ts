import { readFile } from 'node:fs/promises';
import type { FoundIncident } from '../approvals/find-incident.ts';
import type { Decision, DecisionAnswer } from '../domain/approval/approval.ts';
import type { Plan } from '../domain/plan/plan.ts';
import type { UndoAnswer } from '../domain/plan/undo-plan.ts';
import { configPath } from './command.ts';
import { Unreachable, Negative, UsageError } from './failures.ts';
import type { ShownRequest } from './plan-text.ts';
import type { Terminal } from './terminal.ts';

export interface GatewayOptions {
  config?: string;
  gateway?: string;
  tokenFile?: string;
}

export const gatewayOption = [
  '--gateway <url>',
  'address of the gateway (default: $SOAR_GATEWAY, else what the configuration says)',
] as const;
export const tokenOption = [
  '--token-file <file>',
  'file with your personal token (default: the variable SOAR_TOKEN)',
] as const;

export interface GatewayClient {
  approval(ref: string): Promise<FoundIncident & { request: ShownRequest | null }>;
  codes(ref: string): Promise<FoundIncident & { approver: string; signals: Record<string, Decision> }>;
  decide(ref: string, body: object, key: string): Promise<DecisionAnswer>;
  /** What an undo of these actions would do; of everything, if none is named. */
  undoPlan(ref: string, actions: string[]): Promise<FoundIncident & { plan: Plan }>;
  undo(ref: string, body: object, key: string): Promise<UndoAnswer>;
}

/** An approver needs the gateway's address and a personal token, not the configuration. */
export async function gatewayClient(options: GatewayOptions, terminal: Terminal): Promise<GatewayClient> {
  const base = await addressOf(options, terminal);
  const token = await tokenOf(options, terminal);
  const call = async (
    path: string,
    init: { method?: string; body?: string; headers?: Record<string, string> } = {},
  ) => {
    let response: Response;
    try {
      response = await fetch(new URL(path, base), {
        ...init,
        headers: { ...init.headers, authorization: `Bearer ${token}` },
        redirect: 'error',
        signal: AbortSignal.timeout(40_000),
      });
    } catch (error) {
      const reason = reasonOf(error);
      throw new Unreachable(
        `the gateway at ${base.origin} does not answer (${reason}); is soar intake running there?`,
        {
          cause: error,
        },
      );
    }
    const answer = await ourAnswer(response);
    if (answer === null) throw strangersAnswer(response, base);
    if (response.ok) return answer;
    const reason = answer.error ?? `the gateway answers ${response.status}`;
    if (response.status === 503) throw new Unreachable(`gateway: ${reason}`);
    if (response.status === 401) throw new Negative(`gateway: ${reason}; set SOAR_TOKEN or --token-file`);
    throw new Negative(response.status === 409 ? `refused: ${reason}` : `gateway: ${reason}`);
  };
  // One key for all attempts: it is taken once, however often it is sent.
  const post = (path: string, body: object, key: string) => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': key };
    return repeated(() => call(path, { method: 'POST', body: JSON.stringify(body), headers }), 3);
  };
  const incident = (ref: string, what: string) => `/incidents/${encodeURIComponent(ref)}/${what}`;
  return {
    approval: async (ref) => (await call(incident(ref, 'approval'))) as Awaited<ReturnType<GatewayClient['approval']>>,
    codes: async (ref) => (await call(incident(ref, 'codes'))) as Awaited<ReturnType<GatewayClient['codes']>>,
    decide: async (ref, body, key) => (await post(incident(ref, 'decisions'), body, key)) as unknown as DecisionAnswer,
    undoPlan: async (ref, actions) => {
      const named = new URLSearchParams(actions.map((id): [string, string] => ['action', id]));
      const answer = await call(`${incident(ref, 'undo')}?${named.toString()}`);
      return answer as Awaited<ReturnType<GatewayClient['undoPlan']>>;
    },
    undo: async (ref, body, key) => (await post(incident(ref, 'undo'), body, key)) as unknown as UndoAnswer,
  };
}

interface Answer {
  error?: string;
  requestId?: string;
}

/** The gateway speaks JSON and nothing else; null: somebody else answered, such as a proxy, or a page. */
async function ourAnswer(response: Response): Promise<Answer | null> {
  const answer: unknown = await response.json().catch(() => null);
  const said = typeof answer === 'object' && answer !== null && !Array.isArray(answer);
  return said && (response.ok || 'requestId' in answer) ? answer : null;
}

/** A proxy that finds nobody behind it says so in words of its own. */
function strangersAnswer({ status }: Response, { origin }: URL): Unreachable {
  const away = status === 502 || status === 503 || status === 504;
  return new Unreachable(
    away
      ? `the proxy at ${origin} does not reach the gateway (${status}); is soar intake running behind it?`
      : `what answers at ${origin} (${status}) is not the gateway; look at --gateway, SOAR_GATEWAY, or gateway.url`,
  );
}

/** Why nothing came: nobody listens, a certificate is not trusted, it took too long. */
function reasonOf(error: unknown): string {
  const { cause, message } = error as Error;
  if (!(cause instanceof Error)) return message;
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
}

async function repeated<T>(send: () => Promise<T>, attempts: number): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (!(error instanceof Unreachable) || attempts <= 1) throw error;
    await new Promise((resolve) => setTimeout(resolve, 1000));
    return repeated(send, attempts - 1);
  }
}

async function addressOf(options: GatewayOptions, terminal: Terminal): Promise<URL> {
  const given = options.gateway ?? terminal.env.SOAR_GATEWAY;
  if (given) {
    const url = URL.parse(given);
    if (url && /^https?:$/.test(url.protocol)) return url;
    throw new UsageError('--gateway must be an address such as https://soar.acme.example');
  }
  const { loadConfig } = await import('../config/load-config.ts');
  const { gateway, intake } = await loadConfig(configPath(options, terminal));
  return new URL(
    gateway.url ?? `http://${intake.host.includes(':') ? `[${intake.host}]` : intake.host}:${intake.port}`,
  );
}

async function tokenOf(options: GatewayOptions, { env }: Terminal): Promise<string> {
  let token = env.SOAR_TOKEN;
  if (options.tokenFile !== undefined) {
    try {
      token = await readFile(options.tokenFile, 'utf8');
    } catch (error) {
      const { code = 'unknown error' } = error as NodeJS.ErrnoException;
      throw new UsageError(`--token-file ${options.tokenFile} cannot be read (${code})`, { cause: error });
    }
  }
  const trimmed = token?.trim();
  // Such a header cannot be sent, which would look as if the gateway were away.
  if (trimmed && !/^[\x21-\x7e]+$/.test(trimmed)) {
    throw new UsageError('that is no personal token: it holds a space, or a character that no token has');
  }
  if (trimmed) return trimmed;
  throw new UsageError('who are you? set SOAR_TOKEN, or --token-file with your personal token');
}
