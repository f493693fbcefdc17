import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

/**
 * What is expected of each scene: one file each under `expected`, written before the scene and changed only when the scene
 * was told wrongly. `holds` is text that the finding's detail has to hold; `{name}` is what the scene called it.
 */
const expectedAnswer = z.strictObject({
  id: z.string(),
  answer: z.enum(['yes', 'no', 'unknown']),
  holds: z.array(z.string()).default([]),
});
const outcome = {
  name: z.string().regex(/^[a-z-]+$/),
  severity: z.enum(['high', 'medium', 'low']),
  verdict: z.enum(['authorised', 'unauthorised-attempt', 'unauthorised-export', 'undetermined']),
  answers: z.array(expectedAnswer),
};
const expectedFile = z.strictObject({
  ...outcome,
  /** The findings by which the scene and its twin differ. */
  about: z.array(z.string()).min(1),
  twin: z.strictObject({ ...outcome, differs: z.string() }),
});

export type ExpectedAnswer = z.infer<typeof expectedAnswer>;
export type Expected = Pick<z.infer<typeof expectedFile>, 'name' | 'severity' | 'verdict' | 'answers'>;
/** A scene and its twin, which differs from it in one thing and must not fire what the scene is about. */
export type ExpectedPair = z.infer<typeof expectedFile>;

const folder = new URL('./expected/', import.meta.url);

export const readExpected = (): ExpectedPair[] =>
  readdirSync(folder)
    .toSorted()
    .map((file) => expectedFile.parse(parse(readFileSync(new URL(file, folder), 'utf8'))));
