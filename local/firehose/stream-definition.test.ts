// A stream or table that the local Firehose could not execute as AWS would is refused by name when it is read.
import { catalogTableAttributes, deliveryStreamAttributes, firehoseAttributes, unknownAttributes } from "./attributes";
import { purchaseStream, purchaseTable, quarantineStream, withAttribute } from "./fixtures";
import { parseGlueType } from "./glue-type";
import { readCatalogTable, readDeliveryStream } from "./stream-definition";

const s3 = "extended_s3_configuration";
const conversion = `${s3}.data_format_conversion_configuration`;
const query = (parameter_value: string, engine = "JQ-1.6") => [
  {
    type: "MetadataExtraction",
    parameters: [
      { parameter_name: "MetadataExtractionQuery", parameter_value },
      { parameter_name: "JsonParsingEngine", parameter_value: engine },
    ],
  },
];
const processors = `${s3}.processing_configuration.processors`;

describe("a stream is refused", () => {
  test.each([
    ["redshift_configuration.cluster_jdbcurl", "x", "redshift_configuration.cluster_jdbcurl"],
    [`${s3}.s3_backup_configuration.bucket_arn`, "x", "s3_backup_configuration.bucket_arn"],
    [
      `${conversion}.input_format_configuration.deserializer.hive_json_ser_de.timestamp_formats`,
      ["x"],
      "hive_json_ser_de",
    ],
    ["destination", "redshift", 'destination must be extended_s3, not "redshift"'],
    ["destination", undefined, "destination"],
    ["name", undefined, "name"],
    [`${s3}.bucket_arn`, "\u0024{aws_s3_bucket.in.arn}", "bucket_arn must be a known string"],
    [`${s3}.s3_backup_mode`, "Enabled", "s3_backup_mode"],
    [`${s3}.buffering_size`, 63, "buffering_size must be a whole number from 64 to 128, not 63"],
    [`${s3}.buffering_size`, 129, "buffering_size"],
    [`${s3}.buffering_interval`, 59, "buffering_interval must be a whole number from 60 to 900, not 59"],
    [`${s3}.buffering_interval`, 901, "buffering_interval"],
    [`${s3}.compression_format`, "GZIP", "compression_format"],
    [`${s3}.compression_format`, "Snappy", "compression_format"],
    [`${s3}.custom_time_zone`, "America/Nowhere", "custom_time_zone"],
    [`${s3}.prefix`, "data/", 'prefix names the partition keys "" but the query makes "event_date,event_hour"'],
    [`${s3}.prefix`, "data/!{partitionKeyFromLambda:x}/", "partitionKeyFromLambda"],
    [`${s3}.prefix`, "data/!{timestamp:YYYY}/", "timestamp:YYYY"],
    [
      `${s3}.prefix`,
      "!{partitionKeyFromQuery:event_date}!{partitionKeyFromQuery:event_hour}!{firehose:error-output-type}",
      "prefix may not",
    ],
    [`${s3}.error_output_prefix`, "errors/", "error_output_prefix must contain"],
    [`${s3}.error_output_prefix`, undefined, "error_output_prefix must contain"],
    [
      `${s3}.error_output_prefix`,
      "!{firehose:error-output-type}/!{partitionKeyFromQuery:event_date}",
      "error_output_prefix may not contain a partition key",
    ],
    [processors, query("{event_date:.occurred_at|fromdateiso8601,event_hour:.event_hour}"), "only field copies"],
    [processors, query("{event_date:.a.b,event_hour:.event_hour}"), "only field copies"],
    [processors, query(""), "only field copies"],
    [processors, query("{event_date:.event_date}"), "but the query makes"],
    [processors, query("{event_date:.event_date,event_hour:.event_hour}", "JQ-1.7"), "JsonParsingEngine"],
    [processors, [{ type: "Lambda", parameters: [] }], "type must be MetadataExtraction or AppendDelimiterToRecord"],
    [`${s3}.dynamic_partitioning_configuration.enabled`, false, "MetadataExtraction without dynamic partitioning"],
    [`${conversion}.output_format_configuration.serializer`, { orc_ser_de: {} }, "parquet_ser_de"],
    [`${conversion}.input_format_configuration.deserializer`, {}, "open_x_json_ser_de"],
    [`${conversion}.output_format_configuration.serializer.parquet_ser_de.compression`, "LZO", "compression"],
  ])("for %s = %j", (path, value, words) => {
    const changed = withAttribute(purchaseStream, path, value);
    expect(() => readDeliveryStream(changed)).toThrow(words);
    expect(() => readDeliveryStream(changed)).toThrow("aws_kinesis_firehose_delivery_stream");
  });

  test("for a processor's parameter that would do nothing here", () => {
    const processor = { ...query("{event_date:.event_date,event_hour:.event_hour}")[0] };
    const parameters = [...(processor.parameters ?? []), { parameter_name: "NumberOfRetries", parameter_value: "3" }];
    const changed = withAttribute(purchaseStream, processors, [{ ...processor, parameters }]);
    expect(() => readDeliveryStream(changed)).toThrow("processor parameter NumberOfRetries");
  });
});

test("the fixtures themselves are taken, metadata and blocks written as lists included", () => {
  expect(readDeliveryStream({ ...purchaseStream, "//": { metadata: { path: "x" } }, depends_on: ["y"] }).name).toBe(
    "mercafacil-local-purchase",
  );
  const listed = { ...quarantineStream, [s3]: [quarantineStream[s3]] };
  expect(readDeliveryStream(listed)).toEqual(readDeliveryStream(quarantineStream));
});

test("a table's columns come with names in lower case", () => {
  const table = withAttribute(purchaseTable, "storage_descriptor.columns", [{ name: "Items", type: "array<string>" }]);
  expect(readCatalogTable(table).columns).toEqual([
    { name: "items", type: { kind: "array", element: { kind: "string" } } },
  ]);
});

test.each([
  "double",
  "decimal(19,4)",
  "decimal(4,5)",
  "array<string",
  "struct<a>",
  "map<string,string>",
  "string>",
  "",
])("a table is refused for a column of type %j", (type) => {
  expect(() => parseGlueType(type)).toThrow("is not one the local Firehose writes");
  const table = withAttribute(purchaseTable, "storage_descriptor.columns", [{ name: "c", type }]);
  expect(() => readCatalogTable(table)).toThrow('aws_glue_catalog_table "purchase"');
});

test("a table is refused for an attribute in neither column", () => {
  expect(() => readCatalogTable({ ...purchaseTable, view_original_text: "x" })).toThrow("view_original_text");
});

test("an attribute that is ignored says why, and one that is obeyed or ignored is known with all that is below it", () => {
  for (const table of Object.values(firehoseAttributes)) {
    for (const treatment of Object.values(table)) {
      expect(treatment === "obeyed" || treatment.ignored.length > 5).toBe(true);
    }
  }
  expect(unknownAttributes({ tags: { team: "x" } }, deliveryStreamAttributes)).toEqual([]);
  expect(
    unknownAttributes({ storage_descriptor: { columns: [{ colour: "x" }, { colour: "y" }] } }, catalogTableAttributes),
  ).toEqual(["storage_descriptor.columns.colour"]);
});
