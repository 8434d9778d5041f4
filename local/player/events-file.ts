// Reads an events file twice: first its times and places, then, in played order, the lines themselves in batches.
import { closeSync, openSync, readSync } from "node:fs";
import { parseRfc3339 } from "../../lambdas/shared/rfc3339";
import { type EventLine, parseLine } from "./parse-line";
import { type LineTimes, type NightInstants, playedInstant } from "./played-instants";
import { readLines } from "./read-lines";

// A longer line is not read into memory: the front takes 10 MB at most.
const MAXIMUM_LINE_BYTES = 64 * 1024 * 1024;
// What one request of a well-behaved client carries at most.
const MAXIMUM_BATCH_EVENTS = 500;
const MAXIMUM_BATCH_BYTES = 1_000_000;

interface Place {
  readonly offset: number;
  readonly length: number;
  readonly times: LineTimes;
}

/** What the first pass learned. */
export interface EventsFile {
  readonly file: string;
  /** Lines that are not blank. */
  readonly posted: number;
  /** Lines that cannot be sent. */
  readonly unusable: number;
  readonly chains: readonly string[];
  /** The newest readable `occurred_at` that is not after `now`, epoch ms. */
  readonly newestOccurred?: number;
  readonly places: readonly Place[];
}

/** Consecutive lines of one chain, contract and played instant. */
export interface Batch {
  readonly chain: string;
  readonly contract: string;
  readonly instant: number;
  /** The JSON text of each event. */
  readonly events: readonly string[];
}

const instantOf = (value: unknown): number | undefined => (typeof value === "string" ? parseRfc3339(value) : undefined);

const timesOf = (line: EventLine): LineTimes => ({
  ...(line.receivedAt !== undefined && { received: instantOf(line.receivedAt) ?? ("unreadable" as const) }),
  occurred: instantOf(line.occurredAt),
});

/** The first pass; `now` is the machine's own. */
export const scanEventsFile = async (file: string, now: number): Promise<EventsFile> => {
  const chains = new Set<string>();
  const places: Place[] = [];
  let unusable = 0;
  let newestOccurred: number | undefined;
  for await (const { offset, length, bytes } of readLines(file, MAXIMUM_LINE_BYTES)) {
    const line = bytes ? parseLine(bytes) : ({ kind: "unusable" } as const);
    if (line.kind === "blank") continue;
    const occurred = instantOf(line.occurredAt);
    if (occurred !== undefined && occurred <= now && occurred > (newestOccurred ?? Number.NEGATIVE_INFINITY))
      newestOccurred = occurred;
    if (line.kind === "unusable") {
      unusable += 1;
    } else {
      chains.add(line.chain);
      places.push({ offset, length, times: timesOf(line) });
    }
  }
  return { file, posted: places.length + unusable, unusable, chains: [...chains], newestOccurred, places };
};

const readLineAt = (descriptor: number, place: Place): EventLine => {
  const bytes = Buffer.alloc(place.length);
  let done = 0;
  while (done < place.length) {
    const count = readSync(descriptor, bytes, done, place.length - done, place.offset + done);
    if (count === 0) throw new Error("the events file changed while it was played");
    done += count;
  }
  const line = parseLine(bytes);
  if (line.kind !== "event") throw new Error("the events file changed while it was played");
  return line;
};

/** The second pass: every line that can be sent, in played order (lines of one instant in the file's order). */
export function* playedBatches(events: EventsFile, night: NightInstants): Generator<Batch> {
  const ordered = events.places
    .map((place) => ({ place, instant: playedInstant(place.times, night) }))
    .sort((one, other) => one.instant - other.instant);
  const descriptor = openSync(events.file, "r");
  try {
    let batch: (Batch & { events: string[] }) | undefined;
    let bytes = 0;
    for (const { place, instant } of ordered) {
      const line = readLineAt(descriptor, place);
      const fits =
        batch !== undefined &&
        batch.chain === line.chain &&
        batch.contract === line.contract &&
        batch.instant === instant &&
        batch.events.length < MAXIMUM_BATCH_EVENTS &&
        bytes + place.length <= MAXIMUM_BATCH_BYTES;
      if (batch && fits) {
        batch.events.push(line.event);
        bytes += place.length;
      } else {
        if (batch) yield batch;
        batch = { chain: line.chain, contract: line.contract, instant, events: [line.event] };
        bytes = place.length;
      }
    }
    if (batch) yield batch;
  } finally {
    closeSync(descriptor);
  }
}
