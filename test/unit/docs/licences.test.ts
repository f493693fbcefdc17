import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  packages: Record<string, { license?: string }>;
};
const page = readFileSync('docs/adr/0006-libraries.md', 'utf8');
const listed = /The licences of all of them, and of what they bring: (.*)\. `unionfs`/.exec(page)?.[1] ?? '';
/** Packages by licence, such as `MIT`; of `A AND B` both hold. */
const used = Object.entries(packages)
  .filter(([path]) => path !== '')
  .flatMap(([path, { license }]) => {
    const name = path.replace(/^.*node_modules\//, '');
    return (license ?? 'none').split(' AND ').map((licence) => ({ name, licence }));
  });

test('every licence of what is installed stands in the page on libraries, and none besides', () => {
  const names = listed
    .replaceAll(/\([^)]*\)/g, '')
    .split(/, | and /)
    .map((name) => name.trim());
  const licences = [...new Set(used.map(({ licence }) => licence))].filter((licence) => licence !== 'none');
  expect(licences.sort()).toEqual(names.sort());
  expect(used.filter(({ licence }) => licence === 'none').map(({ name }) => name)).toEqual(['unionfs']);
});

test('what is not as free as MIT is used by tests and tools alone, and is named', () => {
  const bound = used.filter(({ licence }) => /^(MPL|CC-BY)/.test(licence)).map(({ name }) => name);
  const families = new Set(bound.map((name) => name.replace(/^lightningcss-.*/, 'lightningcss')));
  expect([...families].sort()).toEqual(['axe-core', 'caniuse-lite', 'lightningcss']);
  for (const name of families) expect(listed).toContain(`\`${name}\``);
});
