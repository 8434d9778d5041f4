// What no day may break, however bad: judged from what Twilio's stand-in took and what the ledger says, not from what the
// functions say of themselves.
import { countSentAgain } from "../summary/sent-again";
import { numberOf } from "../twilio/message-form";
import type { PlayedDay, PlayedMessage } from "./play-day";

const SENT = ["SENT", "DELIVERED", "UNDELIVERED"];
const FINAL = [...SENT, "REJECTED", "HELD", "SUPPRESSED", "EXPIRED"];

/** The promises that a day broke, each with how often; empty when it kept them all. */
export function brokenPromises(day: PlayedDay): readonly string[] {
  const { messages, lines, shoppers } = day;
  const phones = new Set(messages.map(phoneOf));
  const states = [...lines.values()].map(({ state }) => state);
  const counts: readonly (readonly [number, string])[] = [
    [countSentAgain(messages.map(({ form }) => form)), "messages beyond one a shopper and day"],
    [Math.abs(shoppers - day.rows), "lines too many or too few in the ledger"],
    [states.filter((state) => !FINAL.includes(state)).length, "lines without an end"],
    [messages.filter((message) => !isTold(day, message)).length, "messages that their line does not know"],
    [
      messages.filter((message) => !isEndTold(day, message)).length,
      "ends that were reported and are not in the ledger",
    ],
    [
      [...lines].filter(([phone, { state }]) => SENT.includes(state) && !phones.has(phone)).length,
      "lines that are said to be sent and are not",
    ],
    [day.parked, "pieces of work that were given up"],
    [day.failures.length, `failures of scheduled functions (${day.failures.join("; ")})`],
  ];
  return counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
}

/** Shoppers who had asked to be left alone and were messaged on this later day. */
export const messagedAfterStop = (stopped: ReadonlySet<string>, { messages }: PlayedDay): number =>
  messages.filter((message) => stopped.has(phoneOf(message))).length;

const phoneOf = ({ form }: PlayedMessage): string => numberOf(form.To ?? "");

/** A message of which nothing was ever heard may be held, and never sent again; every other stands in its line. */
function isTold({ lines }: PlayedDay, message: PlayedMessage): boolean {
  const line = lines.get(phoneOf(message));
  if (message.heard.length === 0 && line?.state === "HELD") return true;
  return line?.sid === message.sid && SENT.includes(line.state);
}

function isEndTold({ lines }: PlayedDay, message: PlayedMessage): boolean {
  const state = lines.get(phoneOf(message))?.state;
  if (message.heard.includes("delivered")) return state === "DELIVERED";
  const failed = message.heard.includes("undelivered") || message.heard.includes("failed");
  return !failed || state === "UNDELIVERED";
}
