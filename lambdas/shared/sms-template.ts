// A chain's words around its offers, as data: judged once, when an environment is synthesized, so that no message can
// leave without its offers or without the way out.
import { optOutWord } from "../callback/opt-out-words";
import { foldToGsm7 } from "./gsm7";

/** Two SMS segments of GSM-7 hold 2 × 153 septets: no message is longer. */
export const MAXIMUM_SEPTETS = 306;
/** Longest name of a product and of a chain in a message, in septets. */
export const MAXIMUM_NAME = 36;
export const MAXIMUM_CHAIN = 32;

/** What a template may name: the chain, the offers' day (dd/mm), and the products, best first. */
export const TEMPLATE_VARIABLES = ["chain", "date", "offers"] as const;

// As many names as a line has offers at least, with what separates them.
const FEWEST_NAMES = 3;
const SEPARATOR = 2;
const ROOM_FOR_NAMES = FEWEST_NAMES * (MAXIMUM_NAME + SEPARATOR) - SEPARATOR;
const DATE = 5;

/** Septets of everything but the offers, for the longest chain. */
const fixedSeptets = (template: string): number =>
  template.replace("{offers}", "").replace("{chain}", "x".repeat(MAXIMUM_CHAIN)).replace("{date}", "x".repeat(DATE))
    .length;

/** What is wrong with a template, a phrase each; none when it may be sent by. */
export function templateProblems(template: string): string[] {
  const names = [...template.matchAll(/\{([^{}]*)\}/g)].map(([, name = ""]) => name);
  const known = new Set<string>(TEMPLATE_VARIABLES);
  const unknown = names.filter((name) => !known.has(name));
  const twice = names.filter((name, place) => names.indexOf(name) !== place);
  const words = template.replaceAll(/\{[^{}]*\}/g, " ");
  const excess = fixedSeptets(template) + ROOM_FOR_NAMES - MAXIMUM_SEPTETS;
  return [
    ...(unknown.length > 0 ? [`names {${unknown.join("}, {")}}, which is not known`] : []),
    ...(twice.length > 0 ? [`names {${twice.join("}, {")}} twice`] : []),
    ...(names.includes("offers") ? [] : ["has no {offers}"]),
    ...(names.includes("chain") ? [] : ["has no {chain}: a shopper must see who writes"]),
    ...(/[{}]/.test(words) ? ["has a brace that is no variable's"] : []),
    ...(foldToGsm7(template.replaceAll(/[{}]/g, "")) === template.replaceAll(/[{}]/g, "")
      ? []
      : ["has letters or blanks that an SMS does not carry as they are: write it without accents"]),
    ...(words.split(/\s+/).some((word) => optOutWord(word) !== undefined) ? [] : ["names no word that opts out"]),
    ...(excess > 0 ? [`is ${excess} characters too long for ${FEWEST_NAMES} long names in two segments`] : []),
  ];
}
