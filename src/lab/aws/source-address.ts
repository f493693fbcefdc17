import { SOURCE_ADDRESS_HEADER } from './request.ts';

/** Any AWS SDK v3 client, as far as this needs it. */
interface Client {
  middlewareStack: { add(middleware: never, options: { step: 'deserialize'; name: string; override: true }): void };
}

/**
 * Makes the lab see this client's calls as coming from `ip`. The header is added last, after signing, so it is not part
 * of the signature and real AWS would ignore it.
 */
export function withSourceAddress<T extends Client>(client: T, ip: string): T {
  const middleware = (next: (args: unknown) => unknown) => (args: { request: { headers: Record<string, string> } }) => {
    args.request.headers[SOURCE_ADDRESS_HEADER] = ip;
    return next(args);
  };
  client.middlewareStack.add(middleware as never, { step: 'deserialize', name: 'labSourceAddress', override: true });
  return client;
}
