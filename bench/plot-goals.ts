import { markup, type Html } from '../src/audit/render/html-template.ts';
import { goalText, type Figure } from './figure.ts';

const size = { width: 760, left: 330, right: 60, row: 22, top: 20 };
/** A tenth of the goal to ten times the goal; what is beyond ends at the edge. */
const decades = [0.1, 1, 10];

/** How much of its goal a figure uses: up to 1 it keeps to it, whichever way the goal goes. */
export const ofGoal = ({ ratio, goal }: Figure): number =>
  'atLeast' in goal ? goal.atLeast / ratio : ratio / goal.atMost;

const x = (value: number): number => {
  const part = (Math.log10(Math.min(10, Math.max(0.1, value))) + 1) / 2;
  return round(size.left + part * (size.width - size.left - size.right));
};

/** A bar for each figure; the line is its goal. */
export function goalsPlot(figures: Figure[]): Html {
  const height = size.top + figures.length * size.row;
  const missed = figures.filter(({ ok }) => !ok).map(({ name }) => name);
  const said = missed.length === 0 ? 'Every figure keeps to its goal' : `Beyond the line: ${missed.join('; ')}`;
  return markup`<figure><svg viewBox="0 0 ${size.width} ${height + 4}" role="img" aria-label="${said}">
    ${figures.map((figure, index) => bar(figure, size.top + index * size.row))}
    <g class="grid">${decades.map(
      (value) =>
        markup`<line class="${value === 1 ? 'axis' : 'light'}" x1="${x(value)}" y1="${size.top - 4}" x2="${x(value)}" y2="${height}" /><text class="clock" x="${x(value)}" y="11" text-anchor="middle">${value === 1 ? 'goal' : `${value} × goal`}</text>`,
    )}</g>
  </svg><figcaption>${said}. The shorter the bar the better; the scale is logarithmic, and the number is the ratio.</figcaption></figure>`;
}

const bar = (figure: Figure, top: number): Html => {
  const { name, ratio, goal, ok } = figure;
  const end = x(ofGoal(figure));
  // Not across the line of the goal.
  const words = end < x(1) && end > x(1) - 40 ? x(1) : end;
  return markup`<g class="${ok ? 'good' : 'bad'}"><title>${name}: ${ratio.toFixed(2)}, goal ${goalText(goal)}</title>
    <text x="${size.left - 8}" y="${top + 13}" text-anchor="end">${name}</text>
    <g class="bar"><rect x="${size.left}" y="${top + 3}" width="${round(Math.max(1, end - size.left))}" height="${size.row - 8}" rx="2" /></g>
    <text class="clock" x="${words + 6}" y="${top + 13}">${ratio.toFixed(2)}${ok ? '' : ' missed'}</text></g>`;
};

const round = (value: number): number => Math.round(value * 10) / 10;
