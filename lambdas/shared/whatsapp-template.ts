// A WhatsApp message is a template that WhatsApp has approved, named by its Content SID and filled with our values. Its
// words stand beside it as data, so that they are judged and shown here as shoppers will read them.
import { optOutWord } from "../callback/opt-out-words";
import type { NamedOffer } from "./message-text";

/** What a template's variables may stand for. */
export const WHATSAPP_VALUES = ["chain", "date", "offers"] as const;
export type WhatsAppValue = (typeof WHATSAPP_VALUES)[number];

/** What the sender needs of a template. */
export type WhatsAppTemplate = {
  /** `HX…`, at Twilio. */
  readonly contentSid: string;
  /** What {{1}}, {{2}}… stand for. */
  readonly variables: readonly WhatsAppValue[];
};

/** A template with its words, as WhatsApp approved them. */
export type WhatsAppWords = WhatsAppTemplate & { readonly text: string };

const MAXIMUM_CHARACTERS = 1_024;
const MAXIMUM_CHAIN = 32;
const MAXIMUM_NAME = 60;
const MOST_NAMES = 5;

/** One line of plain blanks: WhatsApp refuses line feeds, tabs and more than four blanks in a row in a value. */
const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim();

const shortened = (name: string): string => {
  const characters = [...oneLine(name)];
  return characters.length <= MAXIMUM_NAME ? characters.join("") : `${characters.slice(0, MAXIMUM_NAME - 1).join("")}…`;
};

/** The template's SID and values for one shopper's offers, best first. */
export function whatsappContent(
  { contentSid, variables }: WhatsAppTemplate,
  tenantId: string,
  offerDate: string,
  offers: readonly NamedOffer[],
): { readonly contentSid: string; readonly contentVariables: Readonly<Record<string, string>> } {
  const [, month, day] = offerDate.split("-");
  const names = offers.slice(0, MOST_NAMES).map(({ name, sku }) => shortened(name) || sku);
  const values: Readonly<Record<WhatsAppValue, string>> = {
    chain: tenantId.slice(0, MAXIMUM_CHAIN),
    date: `${day}/${month}`,
    offers: names.join("; "),
  };
  const filled = variables.map((value, index) => [String(index + 1), values[value]] as const);
  return { contentSid, contentVariables: Object.fromEntries(filled) };
}

/** The text as WhatsApp shows it. */
export const renderedText = (text: string, contentVariables: Readonly<Record<string, string>>): string =>
  text.replace(/\{\{(\d+)\}\}/g, (variable, number: string) => contentVariables[number] ?? variable);

const longest = (variables: readonly WhatsAppValue[]): Record<string, string> => {
  const offers = Array.from({ length: MOST_NAMES }, () => ({ sku: "", name: "x".repeat(MAXIMUM_NAME) }));
  const template = { contentSid: "", variables };
  return whatsappContent(template, "x".repeat(MAXIMUM_CHAIN), "2026-12-31", offers).contentVariables;
};

/** What is wrong with a template, a phrase each; none when it may be sent by. */
export function whatsappProblems({ contentSid, variables, text }: WhatsAppWords): string[] {
  const numbers = [...text.matchAll(/\{\{(\d+)\}\}/g)].map(([, number]) => Number(number));
  const expected = variables.map((_, index) => index + 1);
  const same = JSON.stringify([...numbers].sort((a, b) => a - b)) === JSON.stringify(expected);
  const plain = text.replaceAll(/\{\{\d+\}\}/g, " ");
  const length = [...renderedText(text, longest(variables))].length;
  return [
    ...(/^HX[0-9a-f]{32}$/.test(contentSid) ? [] : ["has no Content SID (HX and 32 hexadecimal digits)"]),
    ...(same ? [] : [`must name {{1}} to {{${variables.length}}} once each, as its variables say`]),
    ...(variables.every((value) => WHATSAPP_VALUES.includes(value)) ? [] : ["has a variable that is not known"]),
    ...(variables.includes("offers") ? [] : ["has no offers"]),
    ...(variables.includes("chain") ? [] : ["has no chain: a shopper must see who writes"]),
    ...(/^\s*\{\{|\}\}\s*$/.test(text) ? ["begins or ends with a variable, which WhatsApp does not approve"] : []),
    ...(/\}\}\s*\{\{/.test(text) ? ["has two variables side by side, which WhatsApp does not approve"] : []),
    ...(/[{}]/.test(plain) ? ["has a brace that is no variable's"] : []),
    ...(plain.split(/[\s.,:;!?*_]+/).some((word) => optOutWord(word) !== undefined)
      ? []
      : ["names no word that opts out"]),
    ...(length <= MAXIMUM_CHARACTERS ? [] : [`is ${length - MAXIMUM_CHARACTERS} characters too long for five names`]),
  ];
}
