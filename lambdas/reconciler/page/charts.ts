// Charts are drawn by the page itself and say nothing that does not also stand beside them in text.
import { type Html, html } from "./html";

const WIDTH = 1_000;
const GAP = 2;

/** A part of a chart; its look is a class of the page's style. */
export type Segment = { readonly look: string; readonly value: number };

const spot = (value: number): string => value.toFixed(1);

/** One bar of parts, as long as their sum is of the whole; a part that is there is never too thin to be seen. */
export function bar(segments: readonly Segment[], whole: number): Html {
  const least = 3;
  let from = 0;
  const drawn = segments.flatMap(({ look, value }) => {
    if (!(value > 0) || !(whole > 0)) return [];
    const width = Math.min(Math.max((WIDTH * value) / whole, least), Math.max(WIDTH - from, least));
    const at = from;
    from += width;
    const seen = Math.max(width - GAP, least / 2);
    return [html`<rect class="${look}" x="${spot(at)}" y="0" width="${spot(seen)}" height="10"/>`];
  });
  return html`<svg class="bar" viewBox="0 0 ${WIDTH} 10" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="rest" x="0" y="0" width="${WIDTH}" height="10"/>${drawn}</svg>`;
}

/** The sign of a look, beside its name. */
export const sign = (look: string): Html =>
  html`<svg class="sign" viewBox="0 0 10 10" aria-hidden="true" focusable="false"><rect class="${look}" x="0" y="0" width="10" height="10"/></svg>`;
