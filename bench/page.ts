import { htmlPage } from '../src/audit/render/html-page.ts';
import { badge, list, table } from '../src/audit/render/html-parts.ts';
import { markup, type Html } from '../src/audit/render/html-template.ts';
import { goalText, machineWords, threeDigits, type Bench, type Figure } from './figure.ts';
import { goalsPlot } from './plot-goals.ts';
import { growthPlot } from './plot-growth.ts';

/** What the bench measured, as one page that needs nothing else. */
export function benchPage({ machine, figures, notes, series }: Bench): string {
  const missed = figures.filter(({ ok }) => !ok).length;
  const body = markup`<header>
      <p class="kicker">Bench</p>
      <h1>What our care costs</h1>
      <p class="quiet">
        ${machineWords(machine)}. ${figures.length} figures, ${missed} of them miss their goal. Each stands beside the bare
        thing, measured in the same run; docs/performance.md says what is in it and what is not.
      </p>
    </header>
    <main>
      <section>
        <h2>Figures</h2>
        ${table('Figures', [{ heading: 'Figure', wide: true }, 'Measured', 'Beside it', 'Ratio', 'Goal', ''], figures.map(row))}
      </section>
      <section>
        <h2>How far from their goals</h2>
        ${goalsPlot(figures)}
      </section>
      ${
        series.length === 0
          ? undefined
          : markup`<section>
              <h2>Growth</h2>
              ${series.map(growthPlot)}
            </section>`
      }
      <section>
        <h2>Beside the figures</h2>
        ${list(notes)}
      </section>
    </main>`;
  return `${htmlPage('Bench', body).text}\n`;
}

const row = ({ name, value, unit, limit, ratio, goal, ok }: Figure): (string | Html)[] => [
  name,
  `${threeDigits(value)} ${unit}`,
  `${threeDigits(limit)} ${unit}`,
  ratio.toFixed(2),
  goalText(goal),
  badge(ok ? 'good' : 'bad', ok ? 'ok' : 'missed'),
];
