// Tables of one form: a caption, a header for each column and row, figures to the right, a bar with its share beside it.
import { bar, type Segment } from "./charts";
import { type Html, html, type Part } from "./html";
import { number, share } from "./numbers-in-words";

/** A count that the manifest may not state. */
export type Count = number | undefined;

/** A figure. */
export const figure = (count: Count): Part => (count === undefined ? "not stated" : number(count));

/** A row of a table of shares: a count, told as a part of its table's whole. `depth` sets it below the row before. */
export type ShareRow = {
  readonly name: Part;
  readonly count: Count;
  readonly depth: 0 | 1 | 2;
  readonly look?: string;
};

const KINDS = ["main", "part", "deep"] as const;

function shareCells({ count, look }: ShareRow, whole: Count): Html {
  if (count === undefined || whole === undefined) return html`<td class="n"></td><td class="chart"></td>`;
  const segments: readonly Segment[] = [{ look: look ?? "plain", value: count }];
  return html`<td class="n">${share(count, whole)}</td><td class="chart">${bar(segments, whole)}</td>`;
}

/** Counts with their shares of a whole. */
export function shareTable(caption: string, of: string, whole: Count, rows: readonly ShareRow[]): Html {
  return html`<div class="wide"><table class="funnel"><caption>${caption}</caption>
<thead><tr><th scope="col">${of}</th><th scope="col" class="n">Count</th><th scope="col" class="n">Share of all</th><th scope="col">Chart</th></tr></thead>
<tbody>${rows.map(
    (
      row,
    ) => html`<tr class="${KINDS[row.depth]}"><th scope="row">${row.name}</th><td class="n">${figure(row.count)}</td>${shareCells(row, whole)}</tr>
`,
  )}</tbody></table></div>
`;
}

/** A column: its name, and whether it holds figures, a chart or instants. */
export type Column = { readonly name: Part; readonly kind?: "n" | "chart" | "at" };

const classOf = (kind: Column["kind"]): Html | undefined => (kind === undefined ? undefined : html` class="${kind}"`);

/** A plain table; the first cell of a row names it. */
export function table(caption: string, columns: readonly Column[], rows: readonly (readonly Part[])[]): Html {
  const cell = (part: Part, index: number): Html =>
    index === 0 ? html`<th scope="row">${part}</th>` : html`<td${classOf(columns[index]?.kind)}>${part}</td>`;
  return html`<div class="wide" role="region" tabindex="0" aria-label="${caption}"><table class="plainly"><caption>${caption}</caption>
<thead><tr>${columns.map(({ name, kind }) => html`<th scope="col"${classOf(kind)}>${name}</th>`)}</tr></thead>
<tbody>${rows.map(
    (row) => html`<tr>${row.map(cell)}</tr>
`,
  )}</tbody></table></div>
`;
}

/** A column of figures. */
export const figures = (name: Part): Column => ({ name, kind: "n" });
