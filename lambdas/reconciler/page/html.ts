// Markup is only what this program spells: whatever is put into it is text, and stays text.

const markup = Symbol("markup");

/** Markup that `html` made; no data can pass for it. */
export type Html = { readonly [markup]: string };

/** What may stand in markup: text and numbers are escaped, nothing is nothing. */
export type Part = string | number | undefined | Html | readonly Part[];

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** What HTML allows in no text: control characters but tab and line ends. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;

const escaped = (text: string): string =>
  text.replace(CONTROL, "\ufffd").replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);

const isHtml = (part: object): part is Html => markup in part;

function markupOf(part: Part): string {
  if (part === undefined) return "";
  if (typeof part !== "object") return escaped(String(part));
  return isHtml(part) ? part[markup] : part.map(markupOf).join("");
}

/** Markup with its parts escaped; an attribute's value has to stand between double quotes. */
export const html = (spelled: TemplateStringsArray, ...parts: readonly Part[]): Html => ({
  [markup]: spelled.map((text, index) => (index === 0 ? text : markupOf(parts[index - 1]) + text)).join(""),
});

/** The finished text. */
export const textOf = (made: Html): string => made[markup];
