// `npm run killed -- [--runs N] [--seed S]`: plays N sending days on the platform without its night, kills the sender's
// process at a random millisecond of each, lets the day finish, and says whether anything was sent twice or lost.
import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { below } from "../made-up/draw";
import { endWith } from "../night/end-with";
import { CHAIN, introduce } from "../rehearsal/play-day";
import { sendingNights } from "../rehearsal/sending-nights";
import { startStage } from "../stage/stage";
import { type Kill, type KilledDay, playKilledDay } from "./killed-day";

const SHOPPERS = 24;
const RUNS = 200;
// The first calm day starts the processes, the second one shows how long the sender works.
const CALM_DAYS = 2;

/** What is said of one run. */
export type KilledRun = {
  readonly offer_date: string;
  /** Real milliseconds after the invocation of the sender began that sends on a calm day. */
  readonly killed_after_ms: number;
  /** False: the sender had ended before. */
  readonly killed: boolean;
  /** Messages that Twilio's stand-in had taken when the kill came, and in the whole day. */
  readonly taken_before: number;
  readonly taken: number;
  readonly held: number;
  readonly broken: readonly string[];
};

const runOf = (offerDate: string, afterMs: number, { day, killed, takenBefore, broken }: KilledDay): KilledRun => ({
  offer_date: offerDate,
  killed_after_ms: afterMs,
  killed: killed > 0,
  taken_before: takenBefore,
  taken: day.messages.length,
  held: [...day.lines.values()].filter(({ state }) => state === "HELD").length,
  broken,
});

const lineOf = (run: KilledRun): string =>
  [
    `${run.offer_date}: ${run.killed ? "killed" : "ended before"} ${run.killed_after_ms} ms, ` +
      `${run.taken_before} of ${run.taken} messages taken by then, ${run.held} lines held`,
    ...run.broken.map((what) => `  BROKEN: ${what}`),
  ].join("\n");

const sum = (runs: readonly KilledRun[], of: (run: KilledRun) => number): number =>
  runs.reduce((total, run) => total + of(run), 0);

/** The last line of the report. */
export function summaryOf(runs: readonly KilledRun[]): string {
  const killed = runs.filter((run) => run.killed);
  const midway = killed.filter((run) => run.taken_before > 0 && run.taken_before < run.taken);
  return (
    `${runs.length} days, the sender killed at work in ${killed.length} of them, amid its messages in ${midway.length}: ` +
    `${sum(runs, ({ taken }) => taken)} of ${runs.length * SHOPPERS} shoppers messaged, ` +
    `${sum(runs, ({ held }) => held)} lines held, ${runs.filter(({ broken }) => broken.length > 0).length} days broken`
  );
}

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: { runs: { type: "string" }, seed: { type: "string" }, report: { type: "string" } },
  });
  const count = Number(values.runs ?? RUNS);
  if (!Number.isInteger(count) || count < 1) throw new Error(`--runs is a whole number from 1, not ${values.runs}`);
  const seed = values.seed ?? randomUUID().slice(0, 8);
  const stage = await startStage();
  const runs: KilledRun[] = [];
  try {
    await stage.chain(CHAIN);
    const nights = sendingNights();
    let sends: Kill = { invocation: 0, afterMs: 0 };
    for (let place = 0; place < CALM_DAYS + count; place += 1) {
      const night = nights.next().value;
      const shoppers = await introduce(stage, place * SHOPPERS, SHOPPERS);
      if (place < CALM_DAYS) {
        const calm = await playKilledDay(stage, night, shoppers);
        if (calm.broken.length > 0) throw new Error(`a day without a kill is broken: ${calm.broken.join("; ")}`);
        const invocation = calm.works.findIndex(({ taken }) => taken > 0);
        sends = { invocation, afterMs: Math.ceil(calm.works[invocation]?.ms ?? 0) };
        if (place === CALM_DAYS - 1)
          process.stdout.write(`seed ${seed}: the sender works ${sends.afterMs} ms and is killed at any of them\n`);
        continue;
      }
      const kill = { ...sends, afterMs: below(sends.afterMs, seed, place - CALM_DAYS) };
      const run = runOf(night.offerDate, kill.afterMs, await playKilledDay(stage, night, shoppers, kill));
      runs.push(run);
      process.stdout.write(`${lineOf(run)}\n`);
    }
  } finally {
    await stage.close();
  }
  process.stdout.write(`${summaryOf(runs)}\n`);
  if (values.report !== undefined) writeFileSync(values.report, `${JSON.stringify(runs, null, 2)}\n`);
  return runs.every(({ broken }) => broken.length === 0);
}

if (require.main === module) void endWith(main);
