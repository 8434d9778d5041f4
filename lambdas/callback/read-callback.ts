// What a verified request says, with numbers and texts left behind: a receipt for a claim, ways out of chains' messages
// or back into them, or nothing of interest.
import { attemptOf, parseClaim } from "../shared/claim-keys";
import { phoneForms } from "../shared/phone";
import type { OptChange, Receipt } from "../shared/status-message";
import { optInWord, optOutWord } from "./opt-out-words";
import type { Parameters } from "./twilio-request";

const SID = /^[A-Z]{2}[0-9a-fA-F]{32}$/;

const textOf = (parameters: Parameters, name: string): string => {
  const value = parameters[name];
  return typeof value === "string" ? value : "";
};

/** The receipt of an attempt in a status request, or undefined when it is malformed. */
export function readReceipt(claim: string, parameters: Parameters, at: string): Receipt | undefined {
  const sid = textOf(parameters, "MessageSid") || textOf(parameters, "SmsSid");
  const status = (textOf(parameters, "MessageStatus") || textOf(parameters, "SmsStatus")).toLowerCase();
  if (!parseClaim(attemptOf(claim).claim) || !SID.test(sid) || !/^[a-z_]{1,32}$/.test(status)) return undefined;
  const code = textOf(parameters, "ErrorCode");
  return { kind: "receipt", claim, sid, status, code: /^\d{1,6}$/.test(code) ? Number(code) : null, at };
}

/** An inbound message that asks out or back in: the forms of its sender's number, and by which of ours it came. */
export type OptRequest = {
  readonly kind: OptChange["kind"];
  readonly word: string;
  readonly phones: readonly string[];
  readonly senders: readonly string[];
};

/** What an inbound request asks for, or undefined when it asks for neither; whatever asks out does so before all else. */
export function readOptRequest(parameters: Parameters): OptRequest | undefined {
  const body = textOf(parameters, "Body");
  const byTwilio = textOf(parameters, "OptOutType").toUpperCase() === "STOP" ? "STOP" : undefined;
  const out = optOutWord(body) ?? byTwilio;
  const word = out ?? optInWord(body);
  const kind = out === undefined ? "opt_in" : "opt_out";
  const from = textOf(parameters, "From").replace(/^whatsapp:/, "");
  if (word === undefined || !/^\+\d{8,15}$/.test(from)) return undefined;
  const senders = [textOf(parameters, "To").replace(/^whatsapp:/, ""), textOf(parameters, "MessagingServiceSid")];
  return { kind, word, phones: phoneForms(from), senders: senders.filter((sender) => sender !== "") };
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

/** One change a chain and form of the number, under the chain's own token of it. */
export const optChangesOf = (
  { kind, word, phones }: OptRequest,
  chains: readonly string[],
  tokenOf: (tenantId: string, phone: string) => string,
  at: string,
): OptChange[] =>
  chains.flatMap((tenantId) =>
    phones.map((phone) => ({ kind, tenantId, phoneToken: tokenOf(tenantId, phone), word, at })),
  );
