// The reviews of several environments as one Markdown text within a limit: what does not fit is left out from the least
// important end, over all environments together, and the text says what.

/** Characters of a comment or an issue that GitHub takes. */
export const COMMENT_LIMIT = 65_536;
/** Characters of a job's summary that GitHub surely takes: its limit is 1 MiB. */
export const SUMMARY_LIMIT = 250_000;

/** Sections from the most important to the least. */
const IMPORTANCE = ["lost", "kept", "changed", "outputs", "added", "made"];

const count = (number) => number.toLocaleString("en-US");

/** What is left out of an environment: "2 of 14 changes, 300 new resources in detail". */
function leftOut({ sections }, kept) {
  const parts = sections.flatMap(({ id, what, items }) => {
    const missing = items.length - (kept[id] ?? 0);
    if (missing === 0) return [];
    return [
      missing === items.length
        ? `all ${count(missing)} ${what}`
        : `${count(missing)} of ${count(items.length)} ${what}`,
    ];
  });
  return parts.join(", ");
}

function environmentText({ environment, about, review }, kept, elsewhere) {
  const missing = leftOut(review, kept);
  const note = missing === "" ? [] : [`> **Left out here, for its length: ${missing}.** ${elsewhere}\n`];
  const sections = review.sections.flatMap(({ id, title, items }) => {
    const shown = items.slice(0, kept[id] ?? 0);
    return shown.length > 0 ? [`${title}\n${shown.join("\n")}\n`] : [];
  });
  return [`## ${environment}: ${review.headline}\n`, ...(about ? [`${about}\n`] : []), ...note, ...sections].join("\n");
}

/** Every item from the most important to the least; among equals those of the environment that a change reaches last. */
function byImportance(reviews) {
  return IMPORTANCE.flatMap((id) =>
    reviews
      .map(({ review }, place) => ({ place, section: review.sections.find((section) => section.id === id) }))
      .reverse()
      .flatMap(({ place, section }) => (section?.items ?? []).map(() => ({ place, id }))),
  );
}

/**
 * @param {object} parts
 * @param {{environment: string, about?: string, review: import("./plan-review.mjs").Review}[]} parts.reviews in the order of the environments
 * @param {string} parts.opening before everything
 * @param {string} parts.elsewhere a sentence that says where all of it can be read
 * @param {number} parts.limit characters
 */
export function reviewMarkdown({ reviews, opening, elsewhere, limit }) {
  const items = byImportance(reviews);
  const text = (shown) => {
    const kept = reviews.map(() => ({}));
    for (const { place, id } of items.slice(0, shown)) kept[place][id] = (kept[place][id] ?? 0) + 1;
    const parts = reviews.map((each, place) => environmentText(each, kept[place], elsewhere));
    return [opening, ...parts].join("\n");
  };
  // The most that fits: with everything there is no note, so that alone is looked at first.
  if (text(items.length).length <= limit) return text(items.length);
  let [fits, exceeds] = [0, items.length];
  while (exceeds - fits > 1) {
    const middle = Math.floor((fits + exceeds) / 2);
    if (text(middle).length <= limit) fits = middle;
    else exceeds = middle;
  }
  const result = text(fits);
  if (result.length > limit)
    throw new Error(`The headlines alone take ${result.length} characters; ${limit} are allowed.`);
  return result;
}
