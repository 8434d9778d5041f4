// One delivery stream: every record that it accepts ends in an object under the data prefix or under the error prefix, or
// is counted as expired after a day of failing deliveries.

import { createActivePartitions } from "./active-partitions";
import { dataObject, errorObject, type PartitionBuffer, type S3Object } from "./delivery";
import { type ErrorType, type FailedRecord, partitionLimit, type RecordFailure } from "./error-record";
import { processRecord } from "./record-processor";
import type { StreamDefinition, TableDefinition } from "./stream-definition";

// Firehose keeps what it cannot deliver for 24 hours; then it is lost.
const retentionMs = 24 * 3_600_000;
const putsAtOnce = 8;

/** Where the objects go: S3, or a stand-in for it. Rejects when S3 would. */
export interface ObjectStore {
  put(bucket: string, key: string, body: Uint8Array): Promise<void>;
}

/** Records by what became of them; `accepted` = `delivered` + Σ `failed` + `expired` + `buffered`. */
export interface StreamCounters {
  accepted: number;
  delivered: number;
  failed: Partial<Record<ErrorType, number>>;
  expired: number;
  buffered: number;
  /** Data objects written. */
  objects: number;
  errorObjects: number;
  activePartitions: number;
  /** An error object could not be written: nothing is delivered until it can. */
  blocked: boolean;
}

export interface StreamPorts {
  readonly store: ObjectStore;
  readonly uuid: () => string;
  /** Whether an object is to be delivered twice, as Firehose may. */
  readonly deliverTwice?: (key: string) => boolean;
  readonly log?: (line: string) => void;
  /** Rejects when the role may not read the schema that records are converted by. */
  readonly readSchema?: (role: string, database: string, table: string) => Promise<void>;
}

export interface DeliveryStream {
  /** Delivers what is due at `nowMs`, then takes the records in. */
  accept(records: readonly Uint8Array[], nowMs: number): Promise<void>;
  /** Delivers what is due at `nowMs`; with `all`, everything. */
  deliver(nowMs: number, all: boolean): Promise<void>;
  counters(): StreamCounters;
}

interface Closed {
  readonly buffer: PartitionBuffer;
  object?: S3Object;
}

export function createDeliveryStream(
  stream: StreamDefinition,
  table: TableDefinition | undefined,
  ports: StreamPorts,
): DeliveryStream {
  const partitions = createActivePartitions();
  const failing = new Map<ErrorType, FailedRecord[]>();
  let closed: Closed[] = [];
  const totals = { accepted: 0, delivered: 0, expired: 0, objects: 0, errorObjects: 0, blocked: false };
  const failed: Partial<Record<ErrorType, number>> = {};
  const delimiter = Buffer.from(stream.delimiter);
  let turn: Promise<void> = Promise.resolve();

  /** One delivery at a time, in order. */
  const inTurn = (work: () => Promise<void>) => {
    const next = turn.then(work);
    turn = next.catch(() => undefined);
    return next;
  };

  function fail(data: Uint8Array, failure: RecordFailure, arrivalMs: number): void {
    const waiting = failing.get(failure.type) ?? [];
    waiting.push({ failure, arrivalMs, data });
    failing.set(failure.type, waiting);
  }

  function take(data: Uint8Array, nowMs: number): void {
    totals.accepted += 1;
    const { partition, row, failure } = processRecord(data, stream, table);
    const buffer = partition && partitions.admit(partition, nowMs);
    if (buffer) buffer.bytes += data.byteLength;
    if (failure || buffer === undefined) fail(data, failure ?? partitionLimit, nowMs);
    else if (row) buffer.rows.push(row);
    else buffer.chunks.push(data, delimiter);
    if (buffer && !failure) buffer.records += 1;
    if (buffer && isFull(buffer)) closeDue((each) => each === buffer);
  }

  const isFull = (buffer: PartitionBuffer) => buffer.bytes >= stream.bufferBytes;

  function closeDue(isDue: (buffer: PartitionBuffer) => boolean): void {
    closed.push(...partitions.close(isDue).map((buffer) => ({ buffer })));
  }

  async function readSchema(): Promise<void> {
    const { conversion } = stream;
    if (conversion) await ports.readSchema?.(conversion.role, conversion.database, conversion.table);
  }

  async function put(
    object: S3Object,
    again: () => Promise<S3Object>,
    before: () => Promise<void> = async () => undefined,
  ): Promise<boolean> {
    try {
      await before();
      await ports.store.put(stream.bucket, object.key, object.body);
      if (ports.deliverTwice?.(object.key)) {
        const copy = await again();
        await ports.store.put(stream.bucket, copy.key, copy.body);
      }
      return true;
    } catch (error) {
      ports.log?.(`${stream.name}: could not write ${object.key}: ${(error as Error).message}`);
      return false;
    }
  }

  async function deliverErrors(nowMs: number, all: boolean): Promise<void> {
    for (const [type, records] of [...failing]) {
      const oldest = records[0]?.arrivalMs ?? nowMs;
      if (!all && oldest + stream.bufferMs > nowMs) continue;
      const make = async () => errorObject(stream, records, nowMs, ports.uuid);
      failing.delete(type);
      if (await put(await make(), make)) {
        totals.errorObjects += 1;
        failed[type] = (failed[type] ?? 0) + records.length;
      } else {
        failing.set(type, [...records, ...(failing.get(type) ?? [])]);
        totals.blocked = true;
        return;
      }
    }
    totals.blocked = false;
  }

  async function deliverData(nowMs: number): Promise<void> {
    const queue = closed;
    closed = [];
    const worker = async () => {
      for (let next = queue.shift(); next; next = queue.shift()) await deliverOne(next, nowMs);
    };
    await Promise.all(Array.from({ length: putsAtOnce }, worker));
  }

  async function deliverOne(item: Closed, nowMs: number): Promise<void> {
    const { buffer } = item;
    const make = () => dataObject(stream, table, buffer, ports.uuid);
    item.object ??= await make();
    if (await put(item.object, make, readSchema)) {
      totals.objects += 1;
      totals.delivered += buffer.records;
      partitions.release(buffer);
    } else if (nowMs - buffer.firstMs >= retentionMs) {
      totals.expired += buffer.records;
      partitions.release(buffer);
      ports.log?.(`${stream.name}: ${buffer.records} records lost after 24 hours of failing deliveries`);
    } else {
      closed.push(item);
    }
  }

  const deliver = (nowMs: number, all: boolean) =>
    inTurn(async () => {
      closeDue((buffer) => all || buffer.firstMs + stream.bufferMs <= nowMs);
      await deliverErrors(nowMs, all);
      if (!totals.blocked) await deliverData(nowMs);
    });

  const counters = (): StreamCounters => {
    const done = totals.delivered + totals.expired + Object.values(failed).reduce((sum, each) => sum + each, 0);
    return { ...totals, failed: { ...failed }, buffered: totals.accepted - done, activePartitions: partitions.count() };
  };

  return {
    accept: async (records, nowMs) => {
      await deliver(nowMs, false);
      for (const data of records) take(data, nowMs);
      if (closed.length > 0) await deliver(nowMs, false);
    },
    deliver,
    counters,
  };
}
