// `npm run rehearse`: plays fault scripts, one sending day each, on the platform without its night, and says of each what
// became of the lines and whether any promise was broken. Without files: the days that ship.
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { DateTime } from "luxon";
import { local } from "../../environments/local";
import { repositoryRoot } from "../lambda/repository-root";
import { endWith } from "../night/end-with";
import type { NightInstants } from "../player/played-instants";
import { type Stage, startStage } from "../stage/stage";
import { type FaultScript, readFaultScript } from "../twilio/fault-script";
import type { TwilioCounts } from "../twilio/tally";
import { CHAIN, introduce, type PlayedDay, playScriptedDay } from "./play-day";
import { brokenPromises, messagedAfterStop } from "./promises";
import { sendingNights } from "./sending-nights";

// Enough that every rule of the days that ship hits somebody.
const SHOPPERS = 120;

type DayCounts = Omit<TwilioCounts, "refused_by_code">;

/** What is said of one script's day. */
export interface RehearsedDay {
  readonly script: string;
  readonly offer_date: string;
  readonly by_state: Readonly<Record<string, number>>;
  /** The stand-in's counts of this day alone. */
  readonly counts: DayCounts;
  /** Local time of the first message taken, HH:mm. */
  readonly first_message?: string;
  /** Shoppers who asked to be left alone; they are looked at on the next day. */
  readonly stopped: number;
  readonly broken: readonly string[];
}

const difference = (after: TwilioCounts, before: TwilioCounts): DayCounts => ({
  requests: after.requests - before.requests,
  taken: after.taken - before.taken,
  refused: after.refused - before.refused,
  broken_off: after.broken_off - before.broken_off,
  taken_unsaid: after.taken_unsaid - before.taken_unsaid,
  without_receipt: after.without_receipt - before.without_receipt,
  replies: after.replies - before.replies,
});

const statesOf = ({ lines }: PlayedDay): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { state, reason } of lines.values()) {
    const name = reason === undefined ? state : `${state}(${reason})`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return Object.fromEntries(Object.entries(counts).sort(([one], [other]) => (one < other ? -1 : 1)));
};

const timeOf = (epochMs: number): string => DateTime.fromMillis(epochMs, { zone: local.timeZone }).toFormat("HH:mm");

async function rehearse(stage: Stage, script: FaultScript, place: number, days: Iterator<NightInstants>) {
  const next = (): NightInstants => days.next().value as NightInstants;
  const { twilio } = stage.standIns;
  const before = twilio.counts();
  const shoppers = await introduce(stage, place * SHOPPERS, SHOPPERS);
  const night = next();
  const day = await playScriptedDay(stage, night, shoppers, script);
  const counts = difference(twilio.counts(), before);
  const broken = [...brokenPromises(day)];
  if (day.stopped.size > 0) {
    const calm = await playScriptedDay(stage, next(), shoppers);
    const messaged = messagedAfterStop(day.stopped, calm);
    if (messaged > 0) broken.push(`${messaged} shoppers messaged after they had asked to be left alone`);
    broken.push(...brokenPromises(calm).map((promise) => `the next day: ${promise}`));
  }
  const [first] = day.messages;
  const rehearsed: RehearsedDay = {
    script: script.name,
    offer_date: night.offerDate,
    by_state: statesOf(day),
    counts,
    ...(first && { first_message: timeOf(first.createdMs) }),
    stopped: day.stopped.size,
    broken,
  };
  return rehearsed;
}

const lineOf = ({ script, by_state, counts, broken }: RehearsedDay): string =>
  [
    `${script}: ${SHOPPERS} shoppers`,
    `  ${Object.entries(by_state)
      .map(([state, count]) => `${state} ${count}`)
      .join(", ")}`,
    `  ${counts.requests} requests: ${counts.taken} messages taken (${counts.taken_unsaid} and the sender not told), ` +
      `${counts.refused} refused, ${counts.broken_off} broken off; ${counts.without_receipt} messages without a receipt ` +
      `of their end, ${counts.replies} answers from shoppers`,
    ...(broken.length === 0 ? ["  kept every promise"] : broken.map((promise) => `  BROKEN: ${promise}`)),
  ].join("\n");

async function main(): Promise<boolean> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { report: { type: "string" } } });
  const folder = join(repositoryRoot(), "local/twilio/days");
  const files =
    positionals.length > 0
      ? positionals
      : readdirSync(folder)
          .sort()
          .map((name) => join(folder, name));
  const scripts = files.map(readFaultScript);
  const stage = await startStage();
  const rehearsed: RehearsedDay[] = [];
  try {
    await stage.chain(CHAIN);
    const days = sendingNights();
    for (const [place, script] of scripts.entries()) {
      const day = await rehearse(stage, script, place, days);
      rehearsed.push(day);
      process.stdout.write(`${lineOf(day)}\n`);
    }
  } finally {
    await stage.close();
  }
  if (values.report !== undefined) writeFileSync(values.report, `${JSON.stringify(rehearsed, null, 2)}\n`);
  return rehearsed.every(({ broken }) => broken.length === 0);
}

if (require.main === module) void endWith(main);
