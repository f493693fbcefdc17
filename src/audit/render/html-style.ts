/** The page's only style: light and dark, phone, desk and paper. Its hash stands in the page's policy. */
export const style = `
:root {
  color-scheme: light dark;
  --page: #fff; --ink: #1b1f24; --quiet: #57606a; --line: #d5dae0; --soft: #f5f7f9; --link: #0a4fb8;
  --bad: #9f1d16; --bad-soft: #fdeceb; --warn: #7a4a00; --warn-soft: #fff3dc; --good: #1a5e2f; --good-soft: #e6f4ea;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171a; --ink: #e6e8ea; --quiet: #a3abb4; --line: #383f46; --soft: #1d2125; --link: #8db8ff;
    --bad: #ffb4ab; --bad-soft: #48191a; --warn: #ffcf87; --warn-soft: #3f2b08; --good: #9bdcae; --good-soft: #12341d;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; -webkit-text-size-adjust: 100%; }
body {
  margin: 0 auto; max-width: 76rem; padding: 1.5rem 1rem 4rem; background: var(--page); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  overflow-wrap: anywhere;
}
h1 { margin: .1rem 0 .6rem; font-size: 1.75rem; line-height: 1.2; }
h2 { margin: 0 0 .8rem; padding-bottom: .3rem; border-bottom: 2px solid var(--line); font-size: 1.3rem; line-height: 1.25; }
h3 { margin: 1.4rem 0 .5rem; font-size: 1.02rem; }
p { margin: 0 0 .6rem; }
td p { margin: 0 0 .3rem; }
small, .quiet, figcaption { color: var(--quiet); }
small { font-size: .82em; font-weight: 400; }
a { color: var(--link); }
a:focus-visible, pre:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
code { font: .86em/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
.kicker { margin: 0; color: var(--quiet); font-size: .85rem; letter-spacing: .06em; text-transform: uppercase; }
.key { display: block; color: var(--quiet); font-size: 1rem; font-weight: 600; letter-spacing: .03em; }
.lead { font-size: 1.1rem; line-height: 1.55; }
.badge {
  display: inline-block; padding: .05rem .5rem; border: 1px solid currentColor; border-radius: 1rem;
  font-size: .8rem; font-weight: 600; white-space: nowrap; background: var(--soft);
}
.bad.badge { color: var(--bad); background: var(--bad-soft); }
.warn.badge { color: var(--warn); background: var(--warn-soft); }
.good.badge { color: var(--good); background: var(--good-soft); }
header { margin-bottom: 1.5rem; }
nav { font-size: .92rem; }
nav h2 { font-size: 1rem; }
nav ol { margin: 0 0 1.5rem; padding-left: 1.6rem; columns: 2; column-gap: 2.4rem; }
nav li { break-inside: avoid; }
section { margin-bottom: 2.6rem; }
section, article, h3, [id^="finding-"], [id^="evidence-"] { scroll-margin-top: 1rem; }
:target { background: var(--warn-soft); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(10.5rem, 1fr)); gap: .7rem; margin: 1.2rem 0 0; }
.tile { padding: .7rem .8rem; border: 1px solid var(--line); border-left: 4px solid var(--line); border-radius: 6px; background: var(--soft); }
.tile.bad { border-left-color: var(--bad); } .tile.warn { border-left-color: var(--warn); } .tile.good { border-left-color: var(--good); }
.tile dt { font-size: .84rem; font-weight: 600; }
.tile dd { margin: 0; }
.tile b { display: block; font-size: 1.35rem; line-height: 1.3; }
.tile small { display: block; line-height: 1.4; }
.tile.bad b { color: var(--bad); } .tile.warn b { color: var(--warn); } .tile.good b { color: var(--good); }
dl:not(.tiles) { margin: 0 0 .8rem; }
dl:not(.tiles) > div { display: grid; grid-template-columns: minmax(8rem, 12rem) 1fr; gap: .2rem 1rem; padding: .3rem 0; border-bottom: 1px solid var(--line); }
dl:not(.tiles) dt { color: var(--quiet); font-size: .9rem; }
dl:not(.tiles) dd { margin: 0; }
table { width: 100%; border-collapse: collapse; font-size: .92rem; }
th, td { padding: .45rem .7rem .45rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { color: var(--quiet); font-size: .82rem; font-weight: 600; overflow-wrap: normal; }
th.wide { min-width: 7rem; }
td.narrow { overflow-wrap: break-word; }
td time, td .badge, .word { white-space: nowrap; }
ul { margin: 0 0 .6rem; padding-left: 1.2rem; }
td ul { padding-left: 0; margin: 0; list-style: none; }
.cite { font-size: .82em; font-weight: 600; white-space: nowrap; margin-right: .3rem; }
article { margin: 1.2rem 0; padding: .2rem 1rem 1rem; border: 1px solid var(--line); border-radius: 6px; }
article h3 { margin-top: .7rem; }
article h3 small { display: block; }
.change { margin: .6rem 0 0; padding: .5rem 0; max-height: 26rem; overflow: auto; border: 1px solid var(--line); border-radius: 4px; background: var(--soft); font: .8rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; white-space: pre-wrap; }
.change > * { display: block; padding: 0 .7rem; text-decoration: none; }
.change ins { background: var(--good-soft); color: var(--good); }
.change del { background: var(--bad-soft); color: var(--bad); }
figure { margin: 0 0 1rem; }
figcaption { margin-top: .4rem; font-size: .84rem; }
figure .narrow { display: none; }
svg { display: block; width: 100%; height: auto; font: 11px system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif; fill: var(--ink); }
svg .grid line { stroke: var(--line); stroke-dasharray: 2 3; }
svg .grid .axis { stroke: var(--quiet); stroke-dasharray: none; }
svg .name { font-weight: 600; }
svg .clock { fill: var(--quiet); font-size: 10.5px; }
svg .bar rect { fill: var(--soft); stroke: var(--quiet); }
svg .bar.open rect { stroke-dasharray: 5 3; }
svg .bad .bar rect { fill: var(--bad-soft); stroke: var(--bad); }
svg .warn .bar rect { fill: var(--warn-soft); stroke: var(--warn); }
svg .middle { stroke: var(--link); stroke-dasharray: 6 3; }
svg .mark { fill: var(--quiet); stroke: var(--page); stroke-width: 1; }
svg .severity-high { fill: var(--bad); } svg .severity-medium { fill: var(--warn); } svg .severity-low { fill: var(--good); }
svg .good .mark { fill: var(--good); } svg .warn .mark { fill: var(--warn); } svg .bad .mark { fill: var(--bad); }
svg .ring, svg .empty-diamond { fill: var(--page); stroke: var(--warn); stroke-width: 2; }
svg .good .ring, svg .warn .empty-diamond, svg .plain .ring { fill: var(--page); stroke: var(--warn); }
svg .cross, svg .good .cross { fill: none; stroke: var(--bad); stroke-width: 3; }
.tasks { padding: 0; list-style: none; }
.tasks li { display: flex; gap: .7rem; padding: .5rem 0; border-bottom: 1px solid var(--line); break-inside: avoid; }
.tasks p { margin: .1rem 0 0; font-size: .92rem; }
.box { font-size: 1.2rem; line-height: 1.3; }
.procedures { margin: .8rem 0 0; color: var(--quiet); font-size: .88rem; }
@media (min-width: 64rem) {
  .columns { display: grid; grid-template-columns: 12.5rem minmax(0, 1fr); gap: 2.5rem; }
  nav { position: sticky; top: 1.2rem; align-self: start; }
  nav ol { columns: 1; }
  nav li { margin-bottom: .2rem; }
}
@media screen and (max-width: 40rem) {
  figure .wide { display: none; }
  figure .narrow { display: block; }
}
@media screen and (max-width: 52rem) {
  h1 { font-size: 1.4rem; }
  dl:not(.tiles) > div { grid-template-columns: 1fr; gap: 0; }
  table, tbody, tr, td { display: block; width: 100%; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tr { padding: .5rem 0; border-bottom: 1px solid var(--line); }
  td { display: flow-root; min-height: 1.7rem; padding: .1rem 0 .1rem 6.6rem; border: 0; }
  td::before { content: attr(data-label); float: left; width: 6.2rem; margin-left: -6.6rem; padding-top: .12rem; overflow-wrap: normal; color: var(--quiet); font-size: .8rem; font-weight: 600; }
  article { padding: .1rem .7rem .7rem; }
}
@media print {
  @page { size: A4; margin: 16mm 15mm 18mm; @bottom-right { content: counter(page) " / " counter(pages); font: 8pt system-ui, sans-serif; } }
  :root {
    color-scheme: light;
    --page: #fff; --ink: #000; --quiet: #4a5058; --line: #c4cad1; --soft: #f5f7f9; --link: #0a3d8f;
    --bad: #8c1710; --bad-soft: #fdeceb; --warn: #6b4100; --warn-soft: #fff3dc; --good: #16522a; --good-soft: #e6f4ea;
  }
  html { font-size: 9.5pt; }
  body { max-width: none; padding: 0; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .columns { display: block; }
  nav { position: static; break-after: page; }
  nav ol { columns: 2; }
  h2, h3 { break-after: avoid; }
  tr, .tile, figure, .tasks li { break-inside: avoid; }
  thead { display: table-header-group; }
  .change { max-height: none; overflow: visible; }
  a { text-decoration: none; }
}
`;
