import Fastify, { type FastifyReply } from 'fastify';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Interactions } from '../interactions.ts';
import type { Modals } from '../modals.ts';
import type { Workspace } from '../workspace.ts';
import { renderDocument } from './document.ts';
import { renderWorkspace, type Look } from './workspace.ts';
import type { Seen } from '../submission-answer.ts';

export interface PageParts {
  workspace: Workspace;
  modals: Modals;
  interactions: Interactions;
}

/** Nothing from elsewhere, no inline script: what a message carries is text, whatever it looks like. */
const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const entered = z.union([z.string(), z.array(z.string())]);
const field = { actionId: z.string(), blockId: z.string() };
const click = z.object({
  as: z.string(),
  on: z.union([z.object({ channel: z.string(), ts: z.string() }), z.object({ view: z.string() })]),
  ...field,
  entered: entered.optional(),
});
const submission = z.object({
  as: z.string(),
  view: z.string(),
  fields: z.array(z.object({ ...field, entered })),
});
const closing = z.object({ as: z.string(), view: z.string() });

/** What people see and click. It takes JSON only, so another site open in the same browser cannot click. */
export async function startPage(parts: PageParts, port: number): Promise<{ url: string; stop(): Promise<void> }> {
  const { workspace, modals, interactions } = parts;
  const app = Fastify({ forceCloseConnections: true });
  app.addHook('onRequest', (_request, reply, done) => {
    void reply.headers({
      'content-security-policy': contentSecurityPolicy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
    done();
  });
  app.setErrorHandler((error, _request, reply) =>
    reply.status(400).send({ ok: false, error: error instanceof Error ? error.message : String(error) }),
  );

  await serveFile('/client.js', 'client.js', 'text/javascript');
  await serveFile('/style.css', 'style.css', 'text/css');
  app.get('/', (request, reply) => {
    const look = lookOf(workspace, request.query);
    const content = renderWorkspace(workspace, modals, look);
    return reply.type('text/html').send(renderDocument(workspace.members, look.member, look.channel, content));
  });
  app.get('/workspace', (request, reply) =>
    reply.type('text/html').send(renderWorkspace(workspace, modals, lookOf(workspace, request.query)).markup),
  );
  app.get('/events', (_request, reply) => tellChanges(workspace, reply));

  app.post('/click', ({ body }): Promise<Seen> => {
    const { as: member, on, ...what } = click.parse(body);
    const { entered: value, ...which } = what;
    const surface = 'view' in on ? modals.find(on.view) : on;
    return interactions.click({ on: surface, member, ...which, ...(value !== undefined && { entered: value }) });
  });
  app.post('/submit', ({ body }): Promise<Seen> => {
    const { as: member, view: id, fields } = submission.parse(body);
    const view = modals.find(id);
    for (const each of fields) interactions.enter({ on: view, member, ...each });
    return interactions.submit({ view, member });
  });
  app.post('/close', ({ body }): Promise<Seen> => {
    const { as: member, view } = closing.parse(body);
    return interactions.close(modals.find(view), member);
  });

  const url = await app.listen({ host: '127.0.0.1', port });
  return { url, stop: () => app.close() };

  async function serveFile(path: string, name: string, type: string): Promise<void> {
    const content = await readFile(new URL(name, import.meta.url), 'utf8');
    app.get(path, (_request, reply) => reply.type(type).send(content));
  }
}

const query = z.object({ as: z.string().optional(), in: z.string().optional() });

/** Somebody who may look, at something they may see; the first of each where nothing was chosen. */
function lookOf(workspace: Workspace, asked: unknown): Look {
  const { as, in: channel } = query.parse(asked);
  const people = workspace.members.filter(({ deactivated }) => !deactivated);
  const member = people.find(({ id }) => id === as) ?? people[0];
  if (!member) throw new Error('this workspace has no members');
  const visible = [...workspace.channels.map(({ id }) => id), workspace.dm(member.id)];
  return { member, channel: visible.find((id) => id === channel) ?? visible[0] ?? '' };
}

/** Says that something changed; the page then asks what. */
function tellChanges(workspace: Workspace, reply: FastifyReply): void {
  reply.hijack();
  reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const tell = () => reply.raw.write('data: changed\n\n');
  tell();
  workspace.on('change', tell);
  reply.raw.on('close', () => workspace.off('change', tell));
}
