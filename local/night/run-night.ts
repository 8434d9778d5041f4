// One whole night on one machine, from an events file to the summary: the order of the stages is the product's own.
import { existsSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
// The platform's zone, in which the business date of an events file is found before anything is synthesized.
import { local } from "../../environments/local";
import { listenOnLoopback } from "../front/front";
import { type EventsFile, scanEventsFile } from "../player/events-file";
import { localDay, type NightInstants, nightInstants } from "../player/played-instants";
import { collectSummary } from "../summary/collect-summary";
import { readTable } from "../summary/ledger-counts";
import type { Summary } from "../summary/numbers";
import { scriptedFaults } from "../twilio/scripted-faults";
import { writeWeek } from "../week/week";
import { isoIn, runNight as runAirflow, syncDags } from "./airflow-night";
import { startAwsStandIn } from "./aws-stand-in";
import { NightError, systemCodeOf } from "./night-error";
import type { NightOptions } from "./night-options";
import { createPlayedClock, type PlayedClock } from "./played-clock";
import { postEvents, variableOf } from "./post-events";
import type { Processes } from "./processes";
import type { Progress } from "./progress";
import { countParked, playSendingDay } from "./sending-day";
import { type StandIns, startStandIns } from "./stand-ins";
import { synthesizeLocal } from "./synthesize";
import { findTools, type Tools } from "./tools";
import { openWorkspace, type Workspace } from "./workspace";

// The freeze waits for Firehose's buffer and then this long, in seconds.
const FREEZE_MARGIN_SECONDS = 300;
// The DAG's first night: it and its components count instants from 1970 on.
const FIRST_DATE = "1970-01-02";

/** What a run holds that has to be ended; the caller ends it, whatever happened. */
export interface RunResources {
  readonly processes: Processes;
  readonly progress: Progress;
  /** Registers what has to be ended; the last one first. */
  onEnd(end: () => Promise<void> | void): void;
  /** Told as soon as the out folder is known. */
  opened(workspace: Workspace): void;
  /** What befalls the platform when all is collected and the night has not begun; nothing by default. */
  beforeNight?(standIns: StandIns): Promise<void>;
}

/** A night that has been played, still at work; one that failed sends nothing, and its summary says why. */
export interface PlayedNight {
  readonly summary: Summary;
  readonly workspace: Workspace;
  readonly standIns: StandIns;
  readonly clock: PlayedClock;
  readonly writeKeys: ReadonlyMap<string, string>;
}

const eventsFileOf = (options: NightOptions, tools: Tools): string => {
  if (options.events === undefined) {
    const file = join(tools.root, ".local/week.jsonl");
    writeWeek(file);
    return file;
  }
  const file = resolve(options.events);
  if (!existsSync(file)) throw new NightError(`The events file ${file} does not exist.`);
  if (!statSync(file).isFile()) throw new NightError(`The events file ${file} is not a plain file: it is read twice.`);
  return file;
};

const scan = async (file: string): Promise<EventsFile> => {
  try {
    return await scanEventsFile(file, Date.now());
  } catch (error) {
    throw new NightError(`The events file ${file} cannot be read (${systemCodeOf(error) ?? error}).`);
  }
};

const instantsOf = (options: NightOptions, events: EventsFile, now: number): NightInstants => {
  const { newestOccurred, file } = events;
  if (options.date === undefined && newestOccurred === undefined)
    throw new NightError(
      `No event in ${file} has an occurred_at (RFC 3339 with an offset, not in the future) to take the business date from: give --date.`,
    );
  const date = options.date ?? localDay(newestOccurred ?? 0, local.timeZone);
  const night = nightInstants(date, local.timeZone);
  if (!night) throw new NightError(`${date} is no business date.`);
  const today = localDay(now, local.timeZone);
  if (date > today)
    throw new NightError(`The business date ${date} is after today (${today}): no night of it was yet.`);
  if (date < FIRST_DATE)
    throw new NightError(`The business date ${date} is before ${FIRST_DATE}: give a later --date.`);
  return night;
};

const listen = async (port: number) => {
  try {
    return await listenOnLoopback(port);
  } catch (error) {
    const why = systemCodeOf(error) === "EADDRINUSE" ? "is already taken: give another --port, or none" : error;
    throw new NightError(`Port ${port} ${why}.`);
  }
};

/** Plays the whole night and writes the out folder's files (not yet under their final name). */
export const playNight = async (options: NightOptions, run: RunResources): Promise<PlayedNight> => {
  const { progress, processes } = run;
  const reading = progress.stage("Reading the events");
  const tools = await findTools();
  const events = await scan(eventsFileOf(options, tools));
  const night = instantsOf(options, events, Date.now());
  const workspace = openWorkspace(resolve(options.out ?? join(tools.root, ".local/nights", night.businessDate)));
  run.opened(workspace);
  reading.done(`${events.posted} lines of ${events.chains.length} chains, business date ${night.businessDate}`);

  const starting = progress.stage("Starting the platform");
  const ingestion = await listen(options.port);
  run.onEnd(() => void ingestion.server.close());
  const [stack, awsUrl] = await Promise.all([
    synthesizeLocal(tools, workspace, processes),
    startAwsStandIn(tools, workspace, processes),
  ]);
  const clock = createPlayedClock(night.oldest);
  const ports = { timeZone: local.timeZone, realNow: () => performance.now() };
  const twilioFaults = options.faults && scriptedFaults(options.faults, ports);
  const standIns = await startStandIns({ stack, awsUrl, workspace, clock, ingestion, twilioFaults });
  run.onEnd(standIns.close);
  starting.done(`${stack.blocks.size} resources synthesized, ${standIns.platform.functions.length} functions`);

  const posting = progress.stage("Posting the events");
  const { tally, writeKeys } = await postEvents(events, night, { standIns, clock, stage: posting });
  posting.done(`${tally.accepted} accepted, ${events.posted - tally.accepted} rejected`);
  await run.beforeNight?.(standIns);

  const nightly = progress.stage("Airflow, EMR and Spark");
  // The functions of ingestion have nothing to do now; Spark needs their memory.
  await standIns.functions.rest();
  const { airflow } = standIns.platform;
  const now = night.nightStarts + (standIns.night.firehoseBufferSeconds + FREEZE_MARGIN_SECONDS) * 1000;
  clock.moveTo(now);
  await syncDags(standIns.clientsOf(airflow.role), airflow, join(workspace.work, "dags"));
  const { timeZone } = standIns.night;
  let isEnding = false;
  run.onEnd(() => {
    isEnding = true;
  });
  const failure = await runAirflow(tools, workspace, processes, airflow, {
    logicalDate: night.nightStarts,
    conf: { now: isoIn(timeZone, now) },
    timeZone,
    region: standIns.region,
    awsUrl,
    tick: (detail) => nightly.update(detail),
  }).then(
    () => undefined,
    (error: unknown) => {
      if (isEnding || !(error instanceof NightError)) throw error;
      return error.message;
    },
  );
  nightly.done(failure === undefined ? "offers published" : "failed");

  if (failure === undefined) {
    const sending = progress.stage("Sending day");
    await playSendingDay(standIns, clock, night, workspace, sending);
    sending.done(`${standIns.twilio.messages.length} messages taken by Twilio's stand-in`);
  }

  const counting = progress.stage("Counting what is there");
  const summary = await collectSummary({
    clients: standIns.clients,
    buckets: standIns.platform.buckets.map(({ name }) => name),
    inBucket: standIns.night.inBucket,
    outBucket: standIns.night.outBucket,
    readContracts: standIns.night.readContracts,
    businessDate: night.businessDate,
    offerDate: night.offerDate,
    posted: events.posted,
    tally,
    ledger: await readTable(standIns.clients.dynamodb, variableOf(standIns, "LEDGER_TABLE"), "claim"),
    messages: standIns.twilio.messages.map(({ form }) => form),
    ...(options.faults && { rehearsal: { script: options.faults.name, ...standIns.twilio.counts() } }),
    parked: await countParked(standIns),
    ...(failure !== undefined && { failure }),
    folder: workspace.partial,
  });
  writeFileSync(join(workspace.partial, "summary.json"), `${JSON.stringify(summary, null, 2)}\n`);
  counting.done();
  return { summary, workspace, standIns, clock, writeKeys };
};
