// One sending day of the shipped functions on the stage, for made-up shoppers who may all be messaged, while Twilio's
// stand-in misbehaves as a script says.
import { optOutWord } from "../../lambdas/callback/opt-out-words";
import { shopperOf } from "../../lambdas/shared/out-file-fixture";
import { phoneOf } from "../made-up/person";
import { playDay } from "../night/dispatch-day";
import { countParked, createPollers, fireSchedule } from "../night/sending-day";
import type { NightInstants } from "../player/played-instants";
import type { Stage } from "../stage/stage";
import { type LedgerRow, readTable } from "../summary/ledger-counts";
import type { FaultScript } from "../twilio/fault-script";
import { type MessageForm, numberOf } from "../twilio/message-form";
import type { MessageStatus, TwilioMessage } from "../twilio/message-store";
import { scriptedFaults } from "../twilio/scripted-faults";

export const CHAIN = "rede-ensaio";
const TIME_ZONE = "America/Sao_Paulo";
const OPTED_OUT = 21610;

/** A message that the stand-in took, and what the application heard of it. */
export interface PlayedMessage {
  readonly sid: string;
  readonly form: MessageForm;
  readonly status: MessageStatus;
  readonly heard: readonly MessageStatus[];
  readonly createdMs: number;
}

/** A line of the ledger. */
export interface PlayedLine {
  readonly state: string;
  readonly reason?: string;
  readonly code?: number;
  readonly sid?: string;
}

/** A day that has been played. */
export interface PlayedDay {
  readonly messages: readonly PlayedMessage[];
  /** What the ledger says of each shopper, by phone; a shopper without a line is missing. */
  readonly lines: ReadonlyMap<string, PlayedLine>;
  /** Lines of the day in the ledger. */
  readonly rows: number;
  readonly shoppers: number;
  /** Phones whose owners asked to be left alone on this day, by a word or by Twilio's code. */
  readonly stopped: ReadonlySet<string>;
  /** Pieces of work that failed too often. */
  readonly parked: number;
  /** Scheduled functions that failed or were not invoked. */
  readonly failures: readonly string[];
}

/** The phones of shoppers `first` to `first + count - 1`, whom the vault gets to know. */
export async function introduce(stage: Stage, first: number, count: number): Promise<ReadonlyMap<string, string>> {
  const phones = new Map<string, string>();
  for (let place = first; place < first + count; place += 1) {
    const phone = phoneOf("rehearsal", place);
    await stage.known(CHAIN, shopperOf(place), phone);
    phones.set(phone, shopperOf(place));
  }
  return phones;
}

/** Publishes offers for those shoppers (tokens by phone) and plays their day to its end. */
export async function playScriptedDay(
  stage: Stage,
  night: NightInstants,
  shoppers: ReadonlyMap<string, string>,
  script?: FaultScript,
): Promise<PlayedDay> {
  const { standIns, clock } = stage;
  const failures: string[] = [];
  const note = (what: string) => void (what.endsWith(" invoked") && !what.includes(" not ") ? 0 : failures.push(what));
  await stage.publish(night.offerDate, CHAIN, [...shoppers.values()]);
  const ports = { timeZone: TIME_ZONE, realNow: () => performance.now() };
  stage.rehearse(script ? scriptedFaults(script, ports) : {});
  const earlier = standIns.twilio.messages.length;
  await playDay(
    {
      schedules: standIns.platform.schedules,
      pollers: createPollers(standIns, clock.now),
      fire: (schedule, instant) => fireSchedule(standIns, schedule, instant, note),
      twilio: standIns.twilio,
      moveTo: clock.moveTo,
      progress: () => undefined,
    },
    night.dispatchStarts,
    night.dispatchEnds,
  );
  const rows = await readTable(standIns.clients.dynamodb, stage.variable("LEDGER_TABLE"), "claim");
  const ofDay = rows.filter(({ kind, offer_date }) => kind === "line" && offer_date === night.offerDate);
  const lines = linesByPhone(ofDay, shoppers);
  const messages = standIns.twilio.messages.slice(earlier);
  const stopped = [
    ...messages.filter(hasAskedToStop).map(({ form }) => numberOf(form.To ?? "")),
    ...[...lines].filter(([, { code }]) => code === OPTED_OUT).map(([phone]) => phone),
  ];
  return {
    messages,
    lines,
    rows: ofDay.length,
    shoppers: shoppers.size,
    stopped: new Set(stopped),
    parked: await countParked(standIns),
    failures,
  };
}

const hasAskedToStop = ({ life, status }: TwilioMessage): boolean =>
  status === "delivered" && life.reply !== undefined && optOutWord(life.reply.text) !== undefined;

function linesByPhone(rows: readonly LedgerRow[], shoppers: ReadonlyMap<string, string>): Map<string, PlayedLine> {
  const byShopper = new Map(rows.map((row) => [String(row.claim).slice(-64), row]));
  return new Map(
    [...shoppers].flatMap(([phone, shopper]) => {
      const row = byShopper.get(shopper);
      return row ? [[phone, row as unknown as PlayedLine] as const] : [];
    }),
  );
}
