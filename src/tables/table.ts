import { z } from 'zod';

/** Something that is wrong with a table, and where in the file. */
export interface TableProblem {
  path: PropertyKey[];
  message: string;
}

/** A file of data that people edit, and the module that is written from it. */
export interface DataTable {
  /** The file's name without `.yaml`, and that of the module in `src/domain/data`. */
  name: string;
  /** For editors: what may stand in the file. */
  jsonSchema: () => string;
  /** What is wrong with the file's contents, or what the module holds. `cases`: how many of them were tried. */
  judge: (
    contents: unknown,
  ) => { issues: z.core.$ZodIssue[] } | { problems: TableProblem[]; cases: number; module: string };
}

interface Parts<T> {
  name: string;
  /** One line: stands in the schema and in the module. */
  about: string;
  schema: z.ZodType<T>;
  /** What the schema cannot say: cases that do not hold, rows that cannot be meant. */
  problems: (table: T) => TableProblem[];
  cases: (table: T) => number;
  /** Of the module: what it imports, its constant with its type, and the value without the cases. */
  imports?: string;
  constant: string;
  value: (table: T) => unknown;
}

export const dataTable = <T>({ name, about, schema, ...parts }: Parts<T>): DataTable => ({
  name,
  jsonSchema: () =>
    `${JSON.stringify({ title: name, description: about, ...z.toJSONSchema(schema, { io: 'input' }) }, null, 2)}\n`,
  judge: (contents) => {
    const parsed = schema.safeParse(contents);
    if (!parsed.success) return { issues: parsed.error.issues };
    const lines = [
      `// Written by \`npm run data\` from workflows/ec2-vm-export/data/${name}.yaml: edit that file.`,
      ...(parts.imports === undefined ? [] : [parts.imports]),
      '',
      `/** ${about} */`,
      `export const ${parts.constant} = ${JSON.stringify(parts.value(parsed.data), null, 2)};`,
      '',
    ];
    return { problems: parts.problems(parsed.data), cases: parts.cases(parsed.data), module: lines.join('\n') };
  },
});

/** A row that is tried on cases of its own. */
export interface Cases<C> {
  fires: C[];
  quiet: C[];
}

/** Every case under `fires` has to be met by its row, and none under `quiet`. */
export const wrongCases = <C>(
  { fires, quiet }: Cases<C>,
  path: PropertyKey[],
  isMet: (one: C) => boolean,
): TableProblem[] => [
  ...fires.flatMap((one, at) => (isMet(one) ? [] : [{ path: [...path, 'fires', at], message: 'does not fire' }])),
  ...quiet.flatMap((one, at) =>
    isMet(one) ? [{ path: [...path, 'quiet', at], message: 'fires and has to be quiet' }] : [],
  ),
];

export const casesOf = (rows: Cases<unknown>[]): number =>
  rows.reduce((sum, { fires, quiet }) => sum + fires.length + quiet.length, 0);

/** Rows that say the same twice: one of them is not what its author believes. */
export const twice = (values: string[], name: string): TableProblem[] =>
  values.flatMap((value, at) =>
    values.indexOf(value) < at ? [{ path: ['rows', at, name], message: 'stands in an earlier row, too' }] : [],
  );
