import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';

/** What a file imports of this repository, types and imports at run time included. Paths are relative to its root. */
export const importsOf = (file: string, code = readFileSync(file, 'utf8')): string[] =>
  ts
    .preProcessFile(code, true, true)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((name) => name.startsWith('.'))
    .map((name) => normalize(join(dirname(file), name)));

/** One circle of imports as `a → b → a`; null: files can be read so that each comes after all that it imports. */
export function circleIn(imports: ReadonlyMap<string, string[]>): string | null {
  const done = new Set<string>();
  const follow = (file: string, path: string[]): string | null => {
    if (done.has(file)) return null;
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file].join(' → ');
    for (const next of imports.get(file) ?? []) {
      const circle = follow(next, [...path, file]);
      if (circle !== null) return circle;
    }
    done.add(file);
    return null;
  };
  for (const file of imports.keys()) {
    const circle = follow(file, []);
    if (circle !== null) return circle;
  }
  return null;
}
