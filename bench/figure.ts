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
  /** What grew with something, for plots. */
  series?: Series[];
}

/** One value at several times as much of something. */
export interface Series {
  name: string;
  unit: string;
  points: { at: number; value: number }[];
}

export interface Machine {
  cores: number;
  model: string;
  memoryGiB: number;
  node: string;
}

/** All that one run of the bench says. */
export interface Bench {
  machine: Machine;
  figures: Figure[];
  notes: string[];
  series: Series[];
}

export const machineWords = ({ cores, model, memoryGiB, node }: Machine): string =>
  `${cores} × ${model}, ${memoryGiB} GiB, Node ${node}`;

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
export const threeDigits = (value: number): string =>
  Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));

/** The table that people read: a line per figure. */
export function figureTable(figures: Figure[]): string {
  const rows = [
    ['figure', 'measured', 'limit', 'ratio', 'goal', ''],
    ...figures.map(({ name, value, unit, limit, ratio, goal, ok }) => [
      name,
      `${threeDigits(value)} ${unit}`,
      `${threeDigits(limit)} ${unit}`,
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
