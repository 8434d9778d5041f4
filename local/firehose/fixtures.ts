// What the Firehose tests share: a stream and a table as Terraform writes them, a store in memory, and a Parquet reader.
import { parquetReadObjects } from "hyparquet";
import type { ObjectStore } from "./delivery-stream";
import { createFirehose, type Firehose, type FirehoseOptions } from "./firehose";
import type { Json } from "./resource-json";
import { readCatalogTable, readDeliveryStream } from "./stream-definition";

export const nineInSaoPaulo = Date.parse("2026-11-22T12:00:00Z");
export const minute = 60_000;

/** Sets `path` ("a.b.c") of a resource to `value`; undefined removes it. */
export function withAttribute(resource: Json, path: string, value: unknown): Json {
  const [head = "", ...rest] = path.split(".");
  if (rest.length > 0)
    return { ...resource, [head]: withAttribute((resource[head] ?? {}) as Json, rest.join("."), value) };
  const { [head]: _, ...others } = resource;
  return value === undefined ? others : { ...others, [head]: value };
}

/** The role that may deliver, and read schemas. */
const deliveryRole = "arn:aws:iam::123456789012:role/delivery";

/** A converted, partitioned stream. */
export const purchaseStream: Json = {
  name: "mercafacil-local-purchase",
  destination: "extended_s3",
  extended_s3_configuration: {
    bucket_arn: "arn:aws:s3:::mercafacil-local-in",
    role_arn: deliveryRole,
    buffering_interval: 900,
    buffering_size: 64,
    custom_time_zone: "America/Sao_Paulo",
    prefix:
      "data/purchase/event_date=!{partitionKeyFromQuery:event_date}/event_hour=!{partitionKeyFromQuery:event_hour}/",
    error_output_prefix: "errors/purchase/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd}/",
    dynamic_partitioning_configuration: { enabled: true },
    processing_configuration: {
      enabled: true,
      processors: [
        {
          type: "MetadataExtraction",
          parameters: [
            {
              parameter_name: "MetadataExtractionQuery",
              parameter_value: "{event_date:.event_date,event_hour:.event_hour}",
            },
            { parameter_name: "JsonParsingEngine", parameter_value: "JQ-1.6" },
          ],
        },
      ],
    },
    data_format_conversion_configuration: {
      input_format_configuration: { deserializer: { open_x_json_ser_de: {} } },
      output_format_configuration: { serializer: { parquet_ser_de: { compression: "SNAPPY" } } },
      schema_configuration: {
        database_name: "mercafacil_local",
        table_name: "purchase",
        role_arn: deliveryRole,
      },
    },
  },
};

/** A stream that delivers the records' own bytes. */
export const quarantineStream: Json = {
  name: "mercafacil-local-quarantine",
  destination: "extended_s3",
  extended_s3_configuration: {
    bucket_arn: "arn:aws:s3:::mercafacil-local-in",
    role_arn: deliveryRole,
    buffering_interval: 60,
    buffering_size: 5,
    prefix: "quarantine/api/!{timestamp:yyyy/MM/dd}/",
    error_output_prefix: "errors/quarantine/!{firehose:error-output-type}/",
  },
};

export const purchaseTable: Json = {
  name: "purchase",
  database_name: "mercafacil_local",
  partition_keys: [{ name: "event_date", type: "string" }],
  storage_descriptor: {
    columns: [
      { name: "event_id", type: "string" },
      { name: "occurred_at", type: "timestamp" },
      { name: "items", type: "array<struct<sku:string,quantity:decimal(18,4),unit_price:decimal(18,4)>>" },
      { name: "schema_version", type: "bigint" },
    ],
  },
};

export interface MemoryStore extends ObjectStore {
  readonly objects: Map<string, Uint8Array>;
  /** While set, puts whose key it accepts are refused. */
  denied?: (key: string) => boolean;
}

export function memoryStore(): MemoryStore {
  const store: MemoryStore = {
    objects: new Map(),
    put: async (bucket, key, body) => {
      if (store.denied?.(key)) throw new Error("AccessDenied");
      store.objects.set(`${bucket}/${key}`, body);
    },
  };
  return store;
}

const forbidden: ObjectStore = {
  put: async () => {
    throw new Error("AccessDenied");
  },
};

/** A Firehose over a memory store, from resources as Terraform writes them. */
export function firehoseOf(
  streams: readonly Json[],
  tables: readonly Json[] = [purchaseTable],
  options: Partial<FirehoseOptions> = {},
): { firehose: Firehose; store: MemoryStore } {
  const store = memoryStore();
  const firehose = createFirehose({
    streams: streams.map(readDeliveryStream),
    tables: tables.map(readCatalogTable),
    storeOf: (role) => (role === "delivery" ? store : forbidden),
    readSchema: async (role) => {
      if (role !== "delivery") throw new Error("AccessDenied");
    },
    ...options,
  });
  return { firehose, store };
}

export const keysOf = (store: MemoryStore, prefix = ""): string[] =>
  [...store.objects.keys()].filter((key) => key.startsWith(`mercafacil-local-in/${prefix}`)).sort();

export function rowsOf(store: MemoryStore, key: string): Promise<Record<string, unknown>[]> {
  const bytes = store.objects.get(key);
  if (bytes === undefined) throw new Error(`no object ${key}`);
  return parquetReadObjects({ file: new Uint8Array(bytes).buffer });
}

/** The documents of an error object. */
export function errorsOf(store: MemoryStore, key: string): Record<string, unknown>[] {
  const text = Buffer.from(store.objects.get(key) ?? []).toString();
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

export const record = (fields: object): Buffer => Buffer.from(`${JSON.stringify(fields)}\n`);

/** A stamped purchase. */
export const purchase = (fields: object = {}): Buffer =>
  record({ event_id: "e", event_date: "2026-11-22", event_hour: "09", schema_version: 1, ...fields });
