// A day that adds up, made up for tests, and how a test reads the page of it.
import { FINDINGS, type FindingKind, type Reconciliation } from "../reconciliation";
import { dayPage } from "./day-page";

/** The offer date. */
export const DAY = "2026-11-16";
const SAO_PAULO = "America/Sao_Paulo";
/** Rows of all contracts. */
export const counts = { read: 1_707, used: 1_690, duplicates: 9, conflicts: 5, set_aside: 3, out_of_window: 4 };
/** The manifest of the night. */
export const NIGHT = {
  version: 1,
  business_date: "2026-11-15",
  offer_date: DAY,
  model: { name: "frequency", version: "2", fallback_level: "champion" },
  counts: { ...counts, late: 2, anonymous: 30 },
  by_contract: {
    purchase: { ...counts, late: 2, anonymous: 30, read: 1_700, used: 1_683 },
    product: { read: 7, used: 7, duplicates: 0, conflicts: 0, set_aside: 0, out_of_window: 0, late: 0, anonymous: 0 },
  },
  objects_set_aside: [] as unknown[],
  tenants: {
    "rede-azul": {
      status: "OK",
      lines: 5,
      by_fallback_level: { champion: 4, none: 1 },
      newest_purchase: "2026-11-15T23:32:07Z",
    },
    "rede-verde": { status: "NO_DATA", lines: 0, by_fallback_level: {}, newest_purchase: null } as object,
  },
  files: [{ key: "a", tenant_id: "rede-azul", part: 0, lines: 5 }],
};
/** No finding of any kind. */
export const NOTHING = Object.fromEntries(FINDINGS.map((kind) => [kind, 0])) as Record<FindingKind, number>;
/** How its lines ended. */
export const rowsByState = { DELIVERED: 2, UNDELIVERED: 1, "SUPPRESSED(no_consent)": 1, "SUPPRESSED(no_offer)": 1 };
/** What reconciling the day found. */
export const FOUND: Reconciliation = {
  offerDate: DAY,
  at: "2026-11-17T00:00:00.000Z",
  files: { published: 1, refused: 0 },
  lines: 5,
  rowsByState,
  codesByState: { UNDELIVERED: { 30003: 1 } },
  messagesByState: { DELIVERED: { delivered: 2, failed: 1 }, UNDELIVERED: { undelivered: 1 } },
  failedElsewhere: 1,
  chains: { "rede-azul": { lines: 5, rowsByState, messages: 4 } },
  otherMessages: 0,
  findings: NOTHING,
  listed: [],
};
/** The page of a night, as an object or as its manifest's text. */
export const pageOf = (night: unknown = NIGHT, found: Reconciliation = FOUND) =>
  dayPage(found, typeof night === "string" ? night : JSON.stringify(night), SAO_PAULO);

/** Markup as it is read. */
export const plain = (markup: string): string =>
  markup
    .replace(/<[^>]*>/g, " ")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, "&")
    .replace(/\s+/g, " ")
    .trim();
/** The line of the verdict. */
export const verdictOf = (page: string): string => plain(/<p class="verdict.*?<\/p>/s.exec(page)![0]);
/** What the page asks to be looked at. */
export const stepsOf = (page: string): string[] =>
  [...page.matchAll(/<li>(.*?)<\/li>/gs)].map(([, step]) => plain(step!));
/** The cells of a row, by its name, in the first table that has it. */
export function rowOf(page: string, name: string): string[] | undefined {
  const rows = [...page.matchAll(/<tr[^>]*>(<th scope="row">.*?)<\/tr>/gs)].map(([, row]) =>
    [...row!.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell]) => plain(cell!)),
  );
  return rows.find(([first]) => first === name)?.slice(1);
}
/** How each sum stands. */
export const sumsOf = (page: string): Record<string, number> => {
  const section = page.split("<h2>Does it add up?</h2>")[1]!.split("</section>")[0]!;
  const standing = [...section.matchAll(/<td>(.*?)<\/td><\/tr>/g)].map(([, cell]) => plain(cell!));
  return Object.fromEntries(
    ["yes", "no", "not stated"].map((word) => [word, standing.filter((it) => it === word).length]),
  );
};

const TAGS = ["html", "head", "meta", "title", "style", "body", "header", "main", "section", "h1", "h2", "p", "div"]
  .concat(["table", "caption", "thead", "tbody", "tr", "th", "td", "ul", "li", "dl", "dt", "dd", "strong", "span"])
  .concat(["code", "svg", "rect"]);
const EMPTY = ["meta", "rect"];
const ATTRIBUTES = ["lang", "charset", "name", "content", "http-equiv", "class", "scope", "role", "tabindex"]
  .concat(["aria-label", "aria-hidden", "focusable", "viewBox", "preserveAspectRatio"])
  .concat(["x", "y", "width", "height"]);

/** What a page holds beside the elements and attributes that this program spells, or opens and does not close. */
export function foreignTo(page: string): string[] {
  const foreign: string[] = [];
  const open: string[] = [];
  const rest = page
    .replace("<!DOCTYPE html>", "")
    .replace(/<(\/?)([a-z0-9]+)((?: [a-zA-Z-]+="[^"<>]*")*)(\/?)>/g, (tag, end, name, given) => {
      const attributes = [...given.matchAll(/ ([a-zA-Z-]+)="/g)].map(([, attribute]) => attribute!);
      if (!TAGS.includes(name) || !attributes.every((attribute) => ATTRIBUTES.includes(attribute))) foreign.push(tag);
      if (end === "/") {
        if (open.pop() !== name) foreign.push(`${tag} closes another`);
      } else if (!EMPTY.includes(name)) open.push(name);
      return "";
    });
  return [...foreign, ...open, ...[...rest.matchAll(/.{0,20}[<>].{0,20}/g)].map(([text]) => text)];
}
