// What a verified request says, with numbers and texts left behind: a receipt for a claim, opt-outs of chains, or
// nothing of interest.
import { parseClaim } from "../shared/claim-keys";
import { phoneForms } from "../shared/phone";
import type { OptOut, Receipt } from "../shared/status-message";
import { optOutWord } from "./opt-out-words";
import type { Parameters } from "./twilio-request";

const SID = /^[A-Z]{2}[0-9a-fA-F]{32}$/;

const textOf = (parameters: Parameters, name: string): string => {
  const value = parameters[name];
  return typeof value === "string" ? value : "";
};

/** The receipt in a status request, or undefined when it is malformed. */
export function readReceipt(claim: string, parameters: Parameters, at: string): Receipt | undefined {
  const sid = textOf(parameters, "MessageSid") || textOf(parameters, "SmsSid");
  const status = (textOf(parameters, "MessageStatus") || textOf(parameters, "SmsStatus")).toLowerCase();
  if (!parseClaim(claim) || !SID.test(sid) || !/^[a-z_]{1,32}$/.test(status)) return undefined;
  const code = textOf(parameters, "ErrorCode");
  return { kind: "receipt", claim, sid, status, code: /^\d{1,6}$/.test(code) ? Number(code) : null, at };
}

/** An inbound message that asks to stop: the forms of its sender's number, and by which of our numbers it came. */
export type StopRequest = {
  readonly word: string;
  readonly phones: readonly string[];
  readonly senders: readonly string[];
};

/** The way out that an inbound request asks for, or undefined when it asks for none. */
export function readStop(parameters: Parameters): StopRequest | undefined {
  const byTwilio = textOf(parameters, "OptOutType").toUpperCase() === "STOP" ? "STOP" : undefined;
  const word = optOutWord(textOf(parameters, "Body")) ?? byTwilio;
  const from = textOf(parameters, "From").replace(/^whatsapp:/, "");
  if (word === undefined || !/^\+\d{8,15}$/.test(from)) return undefined;
  const senders = [textOf(parameters, "To").replace(/^whatsapp:/, ""), textOf(parameters, "MessagingServiceSid")];
  return { word, phones: phoneForms(from), senders: senders.filter((sender) => sender !== "") };
}

/** The chains that send by one of these numbers; a chain without a number of its own sends by that of `*`. */
export async function chainsOf(
  senders: readonly string[],
  numbers: ReadonlyMap<string, string>,
  everyChain: () => Promise<readonly string[]>,
): Promise<string[]> {
  const chains = [...numbers].filter(([chain, number]) => chain !== "*" && senders.includes(number));
  const shared = numbers.get("*");
  const others = shared && senders.includes(shared) ? (await everyChain()).filter((chain) => !numbers.has(chain)) : [];
  return [...new Set([...chains.map(([chain]) => chain), ...others])];
}

/** One opt-out a chain and form of the number, under the chain's own token of it. */
export const optOutsOf = (
  stop: StopRequest,
  chains: readonly string[],
  tokenOf: (tenantId: string, phone: string) => string,
  at: string,
): OptOut[] =>
  chains.flatMap((tenantId) =>
    stop.phones.map((phone) => ({
      kind: "opt_out" as const,
      tenantId,
      phoneToken: tokenOf(tenantId, phone),
      word: stop.word,
      at,
    })),
  );
