/** Told what goes on, a line each. */
export type Progress = (line: string) => void;

/** One answer of the bench: what we take, beside what the bare thing takes in the same run. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  /** What `value` is compared with. */
  limit: number;
  /** `value / limit`. */
  ratio: number;
  /** What the ratio has to keep to, at least or at most. */
  goal: { atLeast: number } | { atMost: number };
  ok: boolean;
}

export interface Measured {
  figures: Figure[];
  /** What belongs to the figures and has no limit. */
  notes: string[];
}

export function figure(
  name: string,
  { value, unit, limit, goal }: Pick<Figure, 'value' | 'unit' | 'limit' | 'goal'>,
): Figure {
  const ratio = value / limit;
  const ok = 'atLeast' in goal ? ratio >= goal.atLeast : ratio <= goal.atMost;
  return { name, value, unit, limit, ratio, goal, ok };
}

export const goalText = (goal: Figure['goal']): string =>
  'atLeast' in goal ? `≥ ${goal.atLeast}` : `≤ ${goal.atMost}`;

/** Three digits are enough for anything that is measured. */
const number = (value: number): string =>
  Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));

/** The table that people read: a line per figure. */
export function figureTable(figures: Figure[]): string {
  const rows = [
    ['figure', 'measured', 'limit', 'ratio', 'goal', ''],
    ...figures.map(({ name, value, unit, limit, ratio, goal, ok }) => [
      name,
      `${number(value)} ${unit}`,
      `${number(limit)} ${unit}`,
      ratio.toFixed(2),
      goalText(goal),
      ok ? 'ok' : 'missed',
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map(
      (row) =>
        row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd() + '\n',
    )
    .join('');
}
