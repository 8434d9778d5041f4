// A sending day on the stage in which the sender's process is killed as kill -9 does, at a millisecond of its work, and
// what was broken by it: judged by what Twilio's stand-in took and the ledger says.
import { type JudgedLine, judge } from "../../lambdas/crashes/day-end";
import type { LineState } from "../../lambdas/shared/line-states";
import type { NightInstants } from "../player/played-instants";
import { type PlayedDay, playScriptedDay } from "../rehearsal/play-day";
import { brokenPromises } from "../rehearsal/promises";
import type { Stage } from "../stage/stage";
import type { FaultScript } from "../twilio/fault-script";
import { numberOf } from "../twilio/message-form";

// So that a kill finds requests on their way.
const SLOW_ANSWERS: FaultScript = {
  name: "answers take their time",
  seed: "killed",
  rules: [{ name: "every answer is late", effect: { delay_ms: 40 } }],
};

/** When the sender is killed: in which of its invocations of the day, from 0, and how many real milliseconds after it began. */
export type Kill = { readonly invocation: number; readonly afterMs: number };

/** One invocation of the sender, and the messages that Twilio took meanwhile. */
export type Work = { readonly ms: number; readonly taken: number };

/** What a day with a kill came to. */
export type KilledDay = {
  readonly day: PlayedDay;
  /** Processes that were at work when the kill came; 0 when it came too late. */
  readonly killed: number;
  /** Messages that Twilio had taken when the kill came. */
  readonly takenBefore: number;
  /** The sender's invocations in the order in which they began. */
  readonly works: readonly Work[];
  /** What is wrong with the day; empty when nothing is. */
  readonly broken: readonly string[];
};

/** Plays the day of those shoppers (tokens by phone); without a kill nothing is killed. */
export async function playKilledDay(
  stage: Stage,
  night: NightInstants,
  shoppers: ReadonlyMap<string, string>,
  kill?: Kill,
): Promise<KilledDay> {
  const { standIns } = stage;
  const { functions, twilio } = standIns;
  const sender = stage.functionName("sender");
  const earlier = twilio.messages.length;
  const works: Work[] = [];
  let begun = 0;
  let killed = 0;
  let takenBefore = 0;
  let timer: NodeJS.Timeout | undefined;
  const strike = async () => {
    takenBefore = twilio.messages.length - earlier;
    killed = await functions.crash(sender);
  };
  const invoke: typeof functions.invoke = async (name, event, nowMs) => {
    if (name !== sender) return functions.invoke(name, event, nowMs);
    const invocation = begun++;
    const before = { at: performance.now(), messages: twilio.messages.length };
    if (invocation === kill?.invocation) timer = setTimeout(() => void strike(), kill.afterMs);
    try {
      return await functions.invoke(name, event, nowMs);
    } finally {
      works[invocation] = { ms: performance.now() - before.at, taken: twilio.messages.length - before.messages };
    }
  };
  const watched: Stage = { ...stage, standIns: { ...standIns, functions: { ...functions, invoke } } };
  try {
    const day = await playScriptedDay(watched, night, shoppers, SLOW_ANSWERS);
    return { day, killed, takenBefore, works, broken: brokenBy(day, shoppers) };
  } finally {
    clearTimeout(timer);
  }
}

/** What is wrong with a day of shoppers who may all be messaged. */
export function brokenBy(day: PlayedDay, shoppers: ReadonlyMap<string, string>): readonly string[] {
  const lines = [...shoppers.keys()].map((phone): JudgedLine => {
    const { state, reason } = day.lines.get(phone) ?? {};
    const delivered = day.messages.some(
      ({ form, heard }) => numberOf(form.To ?? "") === phone && heard.includes("delivered"),
    );
    return { claim: phone, phone, consents: true, delivered, state: state as LineState | undefined, reason };
  });
  const taken = day.messages.map(({ form }) => ({ claim: numberOf(form.To ?? ""), to: form.To ?? "" }));
  const { duplicates, lost, unended } = judge(lines, taken);
  return [...duplicates, ...lost, ...unended, ...brokenPromises(day)];
}
