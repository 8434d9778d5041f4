// Records are handed to Firehose until it has taken each one, or time is up: a 200 may hide failures, so only the
// records that it names as taken count, and only the others are sent again.
import { BATCH_BYTES, BATCH_RECORDS } from "./limits";
import { type Pacing, patience } from "./pacing";

/** What Firehose said of each record of a call, in order: true when it took it. */
export type PutBatch = (records: readonly string[], signal: AbortSignal) => Promise<readonly boolean[]>;

// Exponential backoff with full jitter: 100 ms at first, 2 s at most.
const FIRST_BACKOFF_MILLISECONDS = 100;
const LAST_BACKOFF_MILLISECONDS = 2_000;

/** A failure that no retry mends, such as a missing stream or permission. */
export class Hopeless extends Error {}

/** Indices of the records that Firehose did not take, in order. Never throws. */
export async function putRecords(put: PutBatch, records: readonly string[], pacing: Pacing): Promise<number[]> {
  const batches = splitBatches(records);
  const failed = await Promise.all(batches.map((batch) => putBatchFully(put, records, batch, pacing)));
  return failed.flat().sort((a, b) => a - b);
}

/** Indices cut to calls that Firehose takes: at most 500 records and 4 MiB each. */
export function splitBatches(records: readonly string[]): number[][] {
  // Most requests are far below both limits; then nothing is measured.
  const letters = records.reduce((sum, { length }) => sum + length, 0);
  if (letters * 3 <= BATCH_BYTES && records.length <= BATCH_RECORDS)
    return records.length > 0 ? [[...records.keys()]] : [];
  const batches: number[][] = [];
  let bytes = 0;
  records.forEach((record, index) => {
    const last = batches.at(-1);
    const length = Buffer.byteLength(record);
    if (last && last.length < BATCH_RECORDS && bytes + length <= BATCH_BYTES) {
      last.push(index);
      bytes += length;
    } else {
      batches.push([index]);
      bytes = length;
    }
  });
  return batches;
}

async function putBatchFully(
  put: PutBatch,
  records: readonly string[],
  batch: readonly number[],
  pacing: Pacing,
): Promise<readonly number[]> {
  let pending = batch;
  for (let attempt = 0; patience(pacing) > 0; attempt++) {
    const asked = pending.map((index) => records[index]!);
    try {
      const taken = await pacing.within(patience(pacing), (signal) => put(asked, signal));
      pending = pending.filter((_, at) => taken[at] !== true);
    } catch (error) {
      if (error instanceof Hopeless) return pending;
    }
    if (pending.length === 0) return pending;
    const backoff = pacing.random() * Math.min(LAST_BACKOFF_MILLISECONDS, FIRST_BACKOFF_MILLISECONDS * 2 ** attempt);
    if (backoff >= pacing.remainingMs()) return pending;
    await pacing.sleep(backoff);
  }
  return pending;
}
