import { readFileSync } from 'node:fs';

/** A fixture's JSON, anew each time: `fixture('cloudtrail/export-image-success')`. */
export const fixture = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8')) as Record<string, unknown>;
