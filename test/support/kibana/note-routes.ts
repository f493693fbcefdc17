import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Space } from './store.ts';

const persisting = z.object({ note: z.object({ eventId: z.string(), timelineId: z.string(), note: z.string() }) });
const reading = z.object({ documentIds: z.union([z.string(), z.array(z.string())]) });

/** Notes of documents, outside of any Timeline. A note without an id is a new one: nothing is found to be there already. */
export function noteRoutes(server: FastifyInstance, spaceOf: (request: unknown) => Space): void {
  server.get('/api/note', (request) => {
    const wanted = [reading.parse(request.query).documentIds].flat();
    const notes = spaceOf(request).notes.filter(({ eventId }) => wanted.includes(eventId));
    return { totalCount: notes.length, notes };
  });

  server.patch('/api/note', (request) => {
    const note = { noteId: randomUUID(), version: 'WzEsMV0=', ...persisting.parse(request.body).note };
    spaceOf(request).notes.push(note);
    return { note };
  });
}
