// How a value of a plan stands in Markdown: as code that nothing in it can end, so that no value is a heading, a tag or a
// mention; cut at a stated length, around what differs; never what Terraform calls sensitive.

/** Characters of a value that are shown. */
export const VALUE_LIMIT = 200;
/** Characters shown before the first difference of two long values. */
const LEAD = 40;

/** What is unknown until Terraform has applied, and what nobody may read. */
export const UNKNOWN = Symbol("known after apply");
export const SENSITIVE = Symbol("sensitive");

/** Control characters, and those that are not seen or turn the direction of a text, as JSON writes them. */
const escaped = (text) =>
  text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) =>
    [...Array(character.length).keys()]
      .map((place) => `\\u${character.charCodeAt(place).toString(16).padStart(4, "0")}`)
      .join(""),
  );

/** A text as a code span: its fence is longer than any row of backticks in it, and it has no line break. */
export function code(text) {
  const line = escaped(text);
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([row]) => row.length));
  const fence = "`".repeat(longest + 1);
  // Blanks at both ends are not shown; they keep backticks at an end apart from the fence, and blanks of the text alive.
  const pad = line === "" || /^[ `]|[ `]$/.test(line) ? " " : "";
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** A text as code inside an HTML tag, where Markdown does not reach. */
export const htmlCode = (text) =>
  `<code>${escaped(text).replaceAll(/[&<>"'@`]/g, (character) => `&#${character.codePointAt(0)};`)}</code>`;

const count = (number) => number.toLocaleString("en-US");

function cut(text, start = 0) {
  const characters = [...text];
  if (characters.length <= VALUE_LIMIT) return code(text);
  const from = Math.max(0, Math.min(start - LEAD, characters.length - VALUE_LIMIT));
  const end = from + VALUE_LIMIT;
  const shown = `${from > 0 ? "…" : ""}${characters.slice(from, end).join("")}${end < characters.length ? "…" : ""}`;
  return `${code(shown)} (${count(characters.length)} characters)`;
}

function commonStart(one, other) {
  const [first, second] = [[...one], [...other]];
  let length = 0;
  while (length < first.length && first[length] === second[length]) length += 1;
  return length;
}

const written = (value) => escaped(JSON.stringify(value ?? null));
const special = (value) => (typeof value === "symbol" ? `(${value.description})` : undefined);

/** A value as it is shown. */
export const shownValue = (value) => special(value) ?? cut(written(value));

/** Two values, each cut around the first character in which they differ. */
export function shownPair(before, after) {
  if (special(before) || special(after)) return [shownValue(before), shownValue(after)];
  const [one, other] = [written(before), written(after)];
  const start = commonStart(one, other);
  return [cut(one, start), cut(other, start)];
}
