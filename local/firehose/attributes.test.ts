// Every attribute marked obeyed has a case here that changes it and sees another outcome.
import { gunzipSync } from "node:zlib";
import { parquetMetadata } from "hyparquet";
import { catalogTableAttributes, deliveryStreamAttributes } from "./attributes";
import {
  firehoseOf,
  keysOf,
  type MemoryStore,
  nineInSaoPaulo as nine,
  purchase,
  purchaseStream,
  purchaseTable,
  quarantineStream,
  record,
  rowsOf,
  withAttribute,
} from "./fixtures";
import type { Json } from "./resource-json";

const s3 = "extended_s3_configuration";
const conversion = `${s3}.data_format_conversion_configuration`;
const processing = `${s3}.processing_configuration`;
const parameters = `${processing}.processors.parameters`;

/** What a run leaves behind, of which a case looks at one thing. */
type Look = (store: MemoryStore) => unknown;

const objectKeys: Look = (store) => [...store.objects.keys()].map((key) => key.replace(/[0-9a-f-]{36}/, "uuid"));
const dataText: Look = (store) => {
  const bytes = Buffer.from(store.objects.get(keysOf(store)[0] ?? "") ?? []);
  return (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString();
};
const isGzip: Look = (store) => Buffer.from(store.objects.get(keysOf(store)[0] ?? "") ?? [])[0] === 0x1f;
const firstRow: Look = async (store) => rowsOf(store, keysOf(store, "data/")[0] ?? "");
const pageCodec: Look = (store) => {
  const bytes = new Uint8Array(store.objects.get(keysOf(store, "data/")[0] ?? "") ?? []);
  return parquetMetadata(bytes.buffer).row_groups[0]?.columns[0]?.meta_data?.codec;
};
const refused = Symbol("refused");

interface Run {
  readonly stream?: Json;
  readonly table?: Json;
  readonly records?: readonly Buffer[];
  readonly afterMs?: number;
}

async function leaves(
  { stream = purchaseStream, table = purchaseTable, records = [purchase()], afterMs = 900_000 }: Run,
  look: Look,
) {
  try {
    const { firehose, store } = firehoseOf([stream], [table]);
    await firehose.putRecordBatch(String(quarantineStream.name), records, nine).catch(() => undefined);
    await firehose.putRecordBatch(String(purchaseStream.name), records, nine).catch(() => undefined);
    await firehose.advance(nine + afterMs);
    return await look(store);
  } catch {
    return refused;
  }
}

const delimited = (value: string) =>
  withAttribute(quarantineStream, processing, {
    enabled: true,
    processors: [
      { type: "AppendDelimiterToRecord", parameters: [{ parameter_name: "Delimiter", parameter_value: value }] },
    ],
  });
const hoursOnly = (key: string, field: string) => {
  const query = [
    {
      type: "MetadataExtraction",
      parameters: [
        { parameter_name: "MetadataExtractionQuery", parameter_value: `{${key}:.${field}}` },
        { parameter_name: "JsonParsingEngine", parameter_value: "JQ-1.6" },
      ],
    },
  ];
  return withAttribute(
    withAttribute(purchaseStream, `${processing}.processors`, query),
    `${s3}.prefix`,
    `data/!{partitionKeyFromQuery:${key}}/`,
  );
};
const renamed = (parameter_name: string) =>
  withAttribute(delimited("+"), `${processing}.processors`, [
    { type: "AppendDelimiterToRecord", parameters: [{ parameter_name, parameter_value: "+" }] },
  ]);
const plain = [Buffer.from("a"), Buffer.from("b")];
const big = [Buffer.alloc(1_100_000, "x")];
const upperCase = [purchase({ Event_Id: "upper", event_id: undefined })];
const inQuarantine = (path: string, value: unknown): Run => ({
  stream: withAttribute(quarantineStream, path, value),
  records: plain,
});
const inPurchase = (path: string, value: unknown): Run => ({ stream: withAttribute(purchaseStream, path, value) });
const inTable = (path: string, value: unknown): Run => ({ table: withAttribute(purchaseTable, path, value) });

/** For each obeyed attribute: two runs that differ in it alone, and where to look. */
const streamCases: Record<string, [Run, Run, Look]> = {
  name: [
    inPurchase("name", "mercafacil-local-purchase"),
    inPurchase("name", "mercafacil-local-quarantine"),
    objectKeys,
  ],
  destination: [inPurchase("destination", "extended_s3"), inPurchase("destination", "splunk"), objectKeys],
  [`${s3}.bucket_arn`]: [
    inPurchase(`${s3}.bucket_arn`, "arn:aws:s3:::one"),
    inPurchase(`${s3}.bucket_arn`, "arn:aws:s3:::two"),
    objectKeys,
  ],
  [`${s3}.role_arn`]: [
    inPurchase(`${s3}.role_arn`, "arn:aws:iam::123456789012:role/delivery"),
    inPurchase(`${s3}.role_arn`, "arn:aws:iam::123456789012:role/other"),
    objectKeys,
  ],
  [`${conversion}.schema_configuration.role_arn`]: [
    inPurchase(`${conversion}.schema_configuration.role_arn`, "arn:aws:iam::123456789012:role/delivery"),
    inPurchase(`${conversion}.schema_configuration.role_arn`, "arn:aws:iam::123456789012:role/other"),
    objectKeys,
  ],
  [`${s3}.buffering_interval`]: [
    { ...inPurchase(`${s3}.buffering_interval`, 60), afterMs: 60_000 },
    { ...inPurchase(`${s3}.buffering_interval`, 61), afterMs: 60_000 },
    objectKeys,
  ],
  [`${s3}.buffering_size`]: [
    { ...inQuarantine(`${s3}.buffering_size`, 1), records: big, afterMs: 0 },
    { ...inQuarantine(`${s3}.buffering_size`, 2), records: big, afterMs: 0 },
    objectKeys,
  ],
  [`${s3}.compression_format`]: [
    inQuarantine(`${s3}.compression_format`, "GZIP"),
    inQuarantine(`${s3}.compression_format`, "UNCOMPRESSED"),
    isGzip,
  ],
  [`${s3}.custom_time_zone`]: [
    inQuarantine(`${s3}.custom_time_zone`, "UTC"),
    inQuarantine(`${s3}.custom_time_zone`, "America/Sao_Paulo"),
    objectKeys,
  ],
  [`${s3}.error_output_prefix`]: [
    { ...inPurchase(`${s3}.error_output_prefix`, "one/!{firehose:error-output-type}/"), records: plain },
    { ...inPurchase(`${s3}.error_output_prefix`, "two/!{firehose:error-output-type}/"), records: plain },
    objectKeys,
  ],
  [`${s3}.file_extension`]: [
    inPurchase(`${s3}.file_extension`, ".one"),
    inPurchase(`${s3}.file_extension`, ".two"),
    objectKeys,
  ],
  [`${s3}.prefix`]: [
    inQuarantine(`${s3}.prefix`, "one/!{timestamp:yyyy}/"),
    inQuarantine(`${s3}.prefix`, "one/!{timestamp:MM}/"),
    objectKeys,
  ],
  [`${s3}.s3_backup_mode`]: [
    inPurchase(`${s3}.s3_backup_mode`, "Disabled"),
    inPurchase(`${s3}.s3_backup_mode`, "Enabled"),
    objectKeys,
  ],
  [`${s3}.dynamic_partitioning_configuration.enabled`]: [
    inPurchase(`${s3}.dynamic_partitioning_configuration.enabled`, true),
    {
      stream: withAttribute(
        withAttribute(
          withAttribute(purchaseStream, `${s3}.dynamic_partitioning_configuration.enabled`, false),
          processing,
          undefined,
        ),
        `${s3}.prefix`,
        "data/!{timestamp:yyyy}/",
      ),
    },
    objectKeys,
  ],
  [`${processing}.enabled`]: [
    { stream: delimited("+"), records: plain },
    { stream: withAttribute(delimited("+"), `${processing}.enabled`, false), records: plain },
    dataText,
  ],
  [`${processing}.processors.type`]: [
    { stream: delimited("+"), records: plain },
    { stream: withAttribute(delimited("+"), `${processing}.processors`, [{ type: "Decompression" }]), records: plain },
    dataText,
  ],
  [`${parameters}.parameter_name`]: [
    { stream: renamed("Delimiter"), records: plain },
    { stream: renamed("SubRecordType"), records: plain },
    dataText,
  ],
  [`${parameters}.parameter_value`]: [
    { stream: hoursOnly("k", "event_hour") },
    { stream: hoursOnly("k", "event_date") },
    objectKeys,
  ],
  [`${conversion}.enabled`]: [
    inPurchase(`${conversion}.enabled`, true),
    { stream: withAttribute(purchaseStream, `${conversion}.enabled`, false) },
    dataText,
  ],
  [`${conversion}.input_format_configuration.deserializer.open_x_json_ser_de.case_insensitive`]: [
    {
      ...inPurchase(`${conversion}.input_format_configuration.deserializer.open_x_json_ser_de.case_insensitive`, true),
      records: upperCase,
    },
    {
      ...inPurchase(`${conversion}.input_format_configuration.deserializer.open_x_json_ser_de.case_insensitive`, false),
      records: upperCase,
    },
    firstRow,
  ],
  [`${conversion}.output_format_configuration.serializer.parquet_ser_de.compression`]: [
    inPurchase(`${conversion}.output_format_configuration.serializer.parquet_ser_de.compression`, "GZIP"),
    inPurchase(`${conversion}.output_format_configuration.serializer.parquet_ser_de.compression`, "UNCOMPRESSED"),
    pageCodec,
  ],
  [`${conversion}.schema_configuration.database_name`]: [
    inPurchase(`${conversion}.schema_configuration.database_name`, "mercafacil_local"),
    inPurchase(`${conversion}.schema_configuration.database_name`, "another"),
    objectKeys,
  ],
  [`${conversion}.schema_configuration.table_name`]: [
    inPurchase(`${conversion}.schema_configuration.table_name`, "purchase"),
    inPurchase(`${conversion}.schema_configuration.table_name`, "purchase_v2"),
    objectKeys,
  ],
};

const tableCases: Record<string, [Run, Run, Look]> = {
  name: [inTable("name", "purchase"), inTable("name", "another"), objectKeys],
  database_name: [inTable("database_name", "mercafacil_local"), inTable("database_name", "another"), objectKeys],
  "storage_descriptor.columns.name": [
    inTable("storage_descriptor.columns", [{ name: "event_id", type: "string" }]),
    inTable("storage_descriptor.columns", [{ name: "event_hour", type: "string" }]),
    firstRow,
  ],
  "storage_descriptor.columns.type": [
    inTable("storage_descriptor.columns", [{ name: "schema_version", type: "bigint" }]),
    inTable("storage_descriptor.columns", [{ name: "schema_version", type: "string" }]),
    firstRow,
  ],
};

describe.each([
  ["aws_kinesis_firehose_delivery_stream", deliveryStreamAttributes, streamCases],
  ["aws_glue_catalog_table", catalogTableAttributes, tableCases],
])("%s", (_, table, cases) => {
  test("has a case for each obeyed attribute, and for no other", () => {
    const obeyed = Object.keys(table).filter((path) => table[path] === "obeyed");
    expect(Object.keys(cases).sort()).toEqual(obeyed.sort());
  });

  test.each(Object.entries(cases))("another %s gives another outcome", async (_path, [one, other, look]) => {
    const outcome = await leaves(one, look);
    expect(outcome).not.toBe(refused);
    expect(await leaves(other, look)).not.toEqual(outcome);
  });
});

test("records without conversion follow one another with nothing between, or the delimiter", async () => {
  expect(await leaves({ stream: quarantineStream, records: plain }, dataText)).toBe("ab");
  expect(await leaves({ stream: delimited("\\n"), records: [record({}), ...plain] }, dataText)).toBe("{}\n\na\nb\n");
});
