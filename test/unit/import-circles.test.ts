import { globSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { circleIn, importsOf } from '../support/import-circles.ts';

const files = globSync('{src,workflows,activities,workers,bench,eval,test}/**/*.ts').sort();

describe('imports', () => {
  it('run in no circle, types included: every file can be read after what it rests on', () => {
    expect(files.length).toBeGreaterThan(1000);
    expect(circleIn(new Map(files.map((file) => [file, importsOf(file)])))).toBeNull();
  });

  it('would be found out, of types and at run time, too', () => {
    const code = "import type { B } from './b.ts';\nimport { x } from 'vitest';\nawait import('../c.ts');";
    expect(importsOf('src/d/a.ts', code)).toEqual(['src/d/b.ts', 'src/c.ts']);
    const imports = { top: ['a'], a: ['leaf', 'b'], b: ['leaf', 'c'], c: ['a'], leaf: [] };
    expect(circleIn(new Map(Object.entries(imports)))).toBe('a → b → c → a');
    expect(circleIn(new Map(Object.entries({ ...imports, c: ['leaf'] })))).toBeNull();
  });
});
