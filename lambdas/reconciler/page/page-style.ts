// The page's style: the machine's own font, light and dark, narrow and wide, on paper.

import { html } from "./html";

/** The style sheet, spelled as markup: it holds no data, and a selector's signs stay themselves. */
export const PAGE_STYLE = html`<style>
:root { color-scheme: light dark; --paper: #fff; --ink: #1c1e21; --quiet: #55595f; --line: #d4d7db; --rest: #e9ebee;
  --good: #14653a; --bad: #a11a1a; --delivered: #1f6fb4; --sent: #5aa7dc; --failed: #c65d00; --kept: #7d828a;
  --late: #8457a8; --open: #c22f2f; }
@media (prefers-color-scheme: dark) { :root { --paper: #16181b; --ink: #e8eaed; --quiet: #a9aeb5; --line: #3c4046;
  --rest: #2a2d32; --good: #6fd39b; --bad: #ff8d85; --delivered: #4c9be0; --sent: #9ccbf0; --failed: #ef9040;
  --kept: #8d939b; --late: #b58ad8; --open: #f0655f; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 68rem; padding: 1rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.45 system-ui, sans-serif; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.15rem; margin: 2.25rem 0 .5rem; }
p { margin: .25rem 0; }
.quiet, caption { color: var(--quiet); }
.verdict { margin: 1rem 0; padding: .6rem .8rem; border: 1px solid var(--line); border-left: .4rem solid var(--good); }
.verdict.bad { border-left-color: var(--bad); }
.verdict strong { color: var(--good); }
.verdict.bad strong, .no { color: var(--bad); font-weight: 600; }
.heads { display: flex; flex-wrap: wrap; gap: .5rem 2rem; margin: 1rem 0; padding: 0; }
.heads div { min-width: 7rem; }
.heads dt { color: var(--quiet); font-size: .875rem; }
.heads dd { margin: 0; font-size: 1.5rem; font-variant-numeric: tabular-nums; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: .25rem 0 1rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: .25rem 0; }
th, td { padding: .3rem .4rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top;
  unicode-bidi: isolate; }
th:first-child { padding-left: 0; }
thead th { font-weight: 600; font-size: .875rem; vertical-align: bottom; }
tbody th { font-weight: 400; }
tr.main th, tr.main td { font-weight: 600; }
tr.part th { padding-left: 1.25rem; }
tr.deep th { padding-left: 2.5rem; color: var(--quiet); }
.n { text-align: right; } td.n, .at { white-space: nowrap; }
.plainly tbody th { min-width: 8.5rem; }
.chart { width: 34%; min-width: 8rem; vertical-align: middle; }
code { font: .875em ui-monospace, monospace; overflow-wrap: anywhere; unicode-bidi: isolate; }
.bar { display: block; width: 100%; height: .8rem; }
.sign { width: .7rem; height: .7rem; margin-right: .3rem; }
.rest { fill: var(--rest); } .plain, .delivered { fill: var(--delivered); } .sent { fill: var(--sent); }
.failed { fill: var(--failed); } .kept { fill: var(--kept); } .late { fill: var(--late); } .open { fill: var(--open); }
@media (max-width: 40rem) { body { padding: .75rem; } th, td { padding: .3rem .25rem; } .chart { width: 22%; min-width: 3.5rem; }
  .plainly .chart { min-width: 6rem; }
  tr.part th { padding-left: .6rem; } tr.deep th { padding-left: 1.2rem; } }
@media print { :root { color-scheme: light; --paper: #fff; --ink: #000; --quiet: #444; --line: #bbb; --rest: #e9ebee;
  --good: #14653a; --bad: #a11a1a; --delivered: #1f6fb4; --sent: #5aa7dc; --failed: #c65d00; --kept: #7d828a;
  --late: #8457a8; --open: #c22f2f; }
  body { max-width: none; padding: 0; font-size: 10pt; } .wide { overflow: visible; }
  h2, caption { break-after: avoid; } tr { break-inside: avoid; } thead { display: table-header-group; } }
</style>`;
