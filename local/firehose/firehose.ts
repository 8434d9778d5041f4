// The local Data Firehose: takes records at played instants and delivers them to S3 as the synthesized streams say.
import { randomUUID } from "node:crypto";
import { createDeliveryStream, type DeliveryStream, type ObjectStore, type StreamCounters } from "./delivery-stream";
import type { StreamDefinition, TableDefinition } from "./stream-definition";

/** What PutRecordBatch answers for one record. */
export type PutResult = { readonly RecordId: string } | { readonly ErrorCode: string; readonly ErrorMessage: string };

/** Ways to go wrong that AWS documents, for whoever plays faults. */
export interface FirehoseFaults {
  /** An error for this record of the batch, which then is not accepted. */
  readonly refuse?: (stream: string, index: number) => { code: string; message: string } | undefined;
  /** Whether this object is delivered twice. */
  readonly deliverTwice?: (key: string) => boolean;
}

export interface FirehoseOptions {
  readonly streams: readonly StreamDefinition[];
  readonly tables: readonly TableDefinition[];
  /** Where a stream delivers to, as the role of that name. */
  readonly storeOf: (role: string) => ObjectStore;
  /** Rejects when the role may not read the table's schema. */
  readonly readSchema?: (role: string, database: string, table: string) => Promise<void>;
  readonly uuid?: () => string;
  readonly faults?: FirehoseFaults;
  readonly log?: (line: string) => void;
}

export interface Firehose {
  has(stream: string): boolean;
  /** Throws on a stream that does not exist. */
  putRecordBatch(stream: string, records: readonly Uint8Array[], nowMs: number): Promise<PutResult[]>;
  /** Delivers every buffer whose interval has passed at `nowMs`. */
  advance(nowMs: number): Promise<void>;
  /** Delivers everything. */
  flushAll(nowMs: number): Promise<void>;
  /** By stream name. */
  counters(): Record<string, StreamCounters>;
}

/** Throws when a stream converts by a table that is not there. */
export function createFirehose(options: FirehoseOptions): Firehose {
  const uuid = options.uuid ?? randomUUID;
  const portsOf = (stream: StreamDefinition) => ({
    store: options.storeOf(stream.role),
    uuid,
    ...(options.readSchema && { readSchema: options.readSchema }),
    ...(options.faults?.deliverTwice && { deliverTwice: options.faults.deliverTwice }),
    ...(options.log && { log: options.log }),
  });
  const streams = new Map<string, DeliveryStream>(
    options.streams.map((stream) => [
      stream.name,
      createDeliveryStream(stream, tableOf(stream, options.tables), portsOf(stream)),
    ]),
  );
  const everyStream = (work: (stream: DeliveryStream) => Promise<void>) => Promise.all([...streams.values()].map(work));

  return {
    has: (stream) => streams.has(stream),
    putRecordBatch: async (name, records, nowMs) => {
      const stream = streams.get(name);
      if (stream === undefined) throw new Error(`there is no delivery stream ${name}`);
      const accepted: Uint8Array[] = [];
      const results = records.map((data, index): PutResult => {
        const fault = options.faults?.refuse?.(name, index);
        if (fault) return { ErrorCode: fault.code, ErrorMessage: fault.message };
        accepted.push(data);
        return { RecordId: uuid() };
      });
      await stream.accept(accepted, nowMs);
      return results;
    },
    advance: async (nowMs) => void (await everyStream((stream) => stream.deliver(nowMs, false))),
    flushAll: async (nowMs) => void (await everyStream((stream) => stream.deliver(nowMs, true))),
    counters: () => Object.fromEntries([...streams].map(([name, stream]) => [name, stream.counters()])),
  };
}

function tableOf(stream: StreamDefinition, tables: readonly TableDefinition[]): TableDefinition | undefined {
  const { conversion } = stream;
  if (conversion === undefined) return undefined;
  const found = tables.find(({ database, name }) => database === conversion.database && name === conversion.table);
  if (found) return found;
  throw new Error(
    `delivery stream ${stream.name} converts by Glue table ${conversion.database}.${conversion.table}, which is not there`,
  );
}
