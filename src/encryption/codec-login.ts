import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { matchingToken, sha256OfToken } from '../intake/bearer.ts';
import { HttpRefusal } from '../intake/server.ts';

export interface CodecLogin {
  /** Id of whoever asks; refuses strangers. */
  personOf(request: FastifyRequest): string;
}

const cookie = 'soar_codec';
const sessionMs = 8 * 60 * 60_000;
/** Far more than there are approvers; the oldest goes first. */
const mostSessions = 1000;

const page = (said: string): string => `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>temporal-soar: decrypt for Temporal UI</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<h1>Decrypt for Temporal UI</h1>
<p role="status">${said}</p>
<form method="post" action="/login"><label>Personal token <input type="password" name="token" required autocomplete="off"></label> <button>Log in</button></form>
</html>
`;

/**
 * Temporal UI cannot send a personal token by itself. Whoever logs in on this page gets a cookie, which browsers send along
 * from pages of the same site; the `temporal` command sends the token as it is.
 */
export function codecLogin(
  server: FastifyInstance,
  approvers: { id: string; tokenHash: string }[],
  options: { secure: boolean; log: (line: string) => void; now?: () => number },
): CodecLogin {
  const { secure, log, now = Date.now } = options;
  const hashes = approvers.map(({ tokenHash }) => tokenHash);
  /** By the hash of the cookie's value: a copy of this memory opens nothing. */
  const sessions = new Map<string, { person: string; until: number }>();
  const html = { 'content-security-policy': "default-src 'none'; form-action 'self'; frame-ancestors 'none'" };

  server.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, body),
  );
  server.get('/login', (_request, reply) =>
    reply.headers(html).type('text/html; charset=utf-8').send(page('Your browser decrypts nothing yet.')),
  );
  server.post('/login', (request, reply) => {
    const token = typeof request.body === 'string' ? new URLSearchParams(request.body).get('token') : null;
    const approver = approvers[matchingToken(`Bearer ${token?.trim() ?? ''}`, hashes)];
    // Somebody has this page before them: they are told on it, and can type again.
    if (!approver) {
      const said = page('Refused: the personal token is missing or not known.');
      return reply.headers(html).status(401).type('text/html; charset=utf-8').send(said);
    }
    const value = randomBytes(32).toString('base64url');
    sessions.set(sha256OfToken(value), { person: approver.id, until: now() + sessionMs });
    const [oldest] = sessions.keys();
    if (sessions.size > mostSessions && oldest !== undefined) sessions.delete(oldest);
    log(`${approver.id} logged in to the codec server`);
    const attributes = `Path=/; Max-Age=${sessionMs / 1000}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
    return reply
      .headers({ ...html, 'set-cookie': `${cookie}=${value}; ${attributes}` })
      .type('text/html; charset=utf-8')
      .send(page('You are logged in for eight hours: reload Temporal UI.'));
  });

  const bySession = (request: FastifyRequest): string | undefined => {
    const value = new RegExp(`(?:^|; )${cookie}=([\\w-]{43})(?:;|$)`).exec(request.headers.cookie ?? '')?.[1];
    const session = value === undefined ? undefined : sessions.get(sha256OfToken(value));
    return session && session.until > now() ? session.person : undefined;
  };
  return {
    personOf(request) {
      const person = approvers[matchingToken(request.headers.authorization, hashes)]?.id ?? bySession(request);
      if (person === undefined)
        throw new HttpRefusal(401, 'log in at /login, or send your personal token as bearer token');
      return person;
    },
  };
}
