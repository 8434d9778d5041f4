// A message as it would leave: the text, what it is billed as and what it costs.
import { parseArgs } from "node:util";
import type { Environment } from "../../environments/environment";
import { smsSegments } from "../../lambdas/shared/gsm7";
import { messageText, type NamedOffer } from "../../lambdas/shared/message-text";
import { renderedText, whatsappContent } from "../../lambdas/shared/whatsapp-template";
import type { SendingSettings } from "../../modules/dispatch/sending-rules";
import { chainNamed, dateNamed, environmentNamed } from "../environment-place";

/** What an environment says of its messages. */
export type Messages = Pick<
  SendingSettings,
  "channels" | "smsTemplates" | "pricePerSegmentBrl" | "whatsapp" | "whatsappPriceBrl"
>;

/** What is looked at. */
export interface PreviewOptions {
  readonly environment: Environment;
  readonly chain: string;
  /** yyyy-MM-dd */
  readonly offerDate: string;
  readonly names: readonly string[];
}

/** How to call it. */
export const USAGE =
  "npm run preview -- --env E --chain C [--date yyyy-MM-dd] [--offers 'name; name; name'], at most five names";

// Accents and long names, as catalogues have them.
const NAMES = ["Café torrado e moído 500 g", "Pão de queijo congelado 1 kg", "Sabão em pó"];
const MOST_NAMES = 5;

/** Reads the command line. Throws an error of one sentence. */
export function readPreviewOptions(
  args: readonly string[],
  environments: readonly Environment[],
  today: string,
): PreviewOptions {
  const text = { type: "string" } as const;
  const { values } = parseArgs({ args: [...args], options: { env: text, chain: text, date: text, offers: text } });
  const environment = environmentNamed(values.env, environments, USAGE);
  const chain = chainNamed(values.chain, USAGE);
  const offerDate = dateNamed("date", values.date ?? today, USAGE);
  const { offers } = values;
  const names = offers?.split(";").map((name) => name.trim()) ?? NAMES;
  if (names.length > MOST_NAMES || names.includes(""))
    throw new Error(`--offers: received ${JSON.stringify(offers)}, expected one to five names: ${USAGE}`);
  return { environment, chain, offerDate, names };
}

const ofChain = <T>(values: Readonly<Record<string, T>>, chain: string): T | undefined =>
  Object.hasOwn(values, chain) ? values[chain] : values["*"];

const reais = (brl: number): string => `R$ ${brl.toFixed(2)}`;

function smsLines(chain: string, date: string, offers: readonly NamedOffer[], messages: Messages): readonly string[] {
  const template = ofChain(messages.smsTemplates, chain);
  if (template === undefined) throw new Error(`There is no SMS template for ${chain}.`);
  const text = messageText(template, chain, date, offers);
  const segments = smsSegments(text);
  const price = reais(segments * messages.pricePerSegmentBrl);
  return [text, "", `${text.length} characters, ${segments} SMS segment${segments > 1 ? "s" : ""}, ${price}`];
}

function whatsappLines(
  chain: string,
  date: string,
  offers: readonly NamedOffer[],
  messages: Messages,
): readonly string[] {
  const words = ofChain(messages.whatsapp, chain);
  if (words === undefined) throw new Error(`There is no WhatsApp template for ${chain}.`);
  const text = renderedText(words.text, whatsappContent(words, chain, date, offers).contentVariables);
  return [text, "", `WhatsApp, template ${words.contentSid}, ${reais(messages.whatsappPriceBrl)}`];
}

/** The lines to print: a message on each of the chain's channels, in the order in which they are tried. */
export function previewMessage({ chain, offerDate, names }: PreviewOptions, messages: Messages): readonly string[] {
  const offers = names.map((name, place) => ({ sku: `sku-${place + 1}`, name }));
  const order = ofChain(messages.channels, chain) ?? [];
  return order.flatMap((channel, place) => [
    ...(place > 0 ? ["", "If that fails for good and the shopper agreed to it:", ""] : []),
    ...(channel === "sms" ? smsLines : whatsappLines)(chain, offerDate, offers, messages),
  ]);
}
