// What the local Firehose does with each attribute of the resources that it executes. An attribute in neither column is
// refused by name: a silent difference from AWS is worse than none.

/** `obeyed`: another value gives another outcome, and a test shows it. Otherwise: ignored, and why. */
export type Treatment = "obeyed" | { readonly ignored: string };

/** Terraform paths with the list indices left out; a path covers everything below it. */
export type AttributeTable = Readonly<Record<string, Treatment>>;

const terraform = { ignored: "orders and annotates Terraform's own work" };
const noKms = { ignored: "objects lie as plain files under the run's own folder" };
const noCloudWatch = { ignored: "the run keeps one log file a component" };
const athenaOnly = { ignored: "read by Athena, which does not run here" };
const layout = { ignored: "tunes the file's inner layout; every reader sees the same rows" };
const oneAccount = { ignored: "one account and one region here" };

const meta: AttributeTable = { "//": terraform, depends_on: terraform, lifecycle: terraform, provider: terraform };

const s3 = "extended_s3_configuration";
const conversion = `${s3}.data_format_conversion_configuration`;
const openX = `${conversion}.input_format_configuration.deserializer.open_x_json_ser_de`;
const parquet = `${conversion}.output_format_configuration.serializer.parquet_ser_de`;

/** `aws_kinesis_firehose_delivery_stream`. */
export const deliveryStreamAttributes: AttributeTable = {
  ...meta,
  name: "obeyed",
  destination: "obeyed",
  server_side_encryption: noKms,
  tags: { ignored: "bills and searches only" },
  tags_all: { ignored: "bills and searches only" },
  [`${s3}.bucket_arn`]: "obeyed",
  [`${s3}.buffering_interval`]: "obeyed",
  [`${s3}.buffering_size`]: "obeyed",
  [`${s3}.cloudwatch_logging_options`]: noCloudWatch,
  [`${s3}.compression_format`]: "obeyed",
  [`${s3}.custom_time_zone`]: "obeyed",
  [`${s3}.error_output_prefix`]: "obeyed",
  [`${s3}.file_extension`]: "obeyed",
  [`${s3}.kms_key_arn`]: noKms,
  [`${s3}.prefix`]: "obeyed",
  [`${s3}.role_arn`]: "obeyed",
  [`${s3}.s3_backup_mode`]: "obeyed",
  [`${s3}.dynamic_partitioning_configuration.enabled`]: "obeyed",
  [`${s3}.dynamic_partitioning_configuration.retry_duration`]: {
    ignored: "copying fields cannot fail for a while and then succeed",
  },
  [`${s3}.processing_configuration.enabled`]: "obeyed",
  [`${s3}.processing_configuration.processors.type`]: "obeyed",
  [`${s3}.processing_configuration.processors.parameters.parameter_name`]: "obeyed",
  [`${s3}.processing_configuration.processors.parameters.parameter_value`]: "obeyed",
  [`${conversion}.enabled`]: "obeyed",
  [`${openX}.case_insensitive`]: "obeyed",
  [`${parquet}.block_size_bytes`]: layout,
  [`${parquet}.compression`]: "obeyed",
  [`${parquet}.enable_dictionary_compression`]: layout,
  [`${parquet}.max_padding_bytes`]: layout,
  [`${parquet}.page_size_bytes`]: layout,
  [`${parquet}.writer_version`]: layout,
  [`${conversion}.schema_configuration.catalog_id`]: oneAccount,
  [`${conversion}.schema_configuration.database_name`]: "obeyed",
  [`${conversion}.schema_configuration.region`]: oneAccount,
  [`${conversion}.schema_configuration.role_arn`]: "obeyed",
  [`${conversion}.schema_configuration.table_name`]: "obeyed",
  [`${conversion}.schema_configuration.version_id`]: { ignored: "a table has one version in one synthesized stack" },
};

/** `aws_glue_catalog_table`. */
export const catalogTableAttributes: AttributeTable = {
  ...meta,
  catalog_id: oneAccount,
  database_name: "obeyed",
  description: { ignored: "for people" },
  name: "obeyed",
  owner: { ignored: "for people" },
  parameters: athenaOnly,
  partition_keys: { ignored: "Firehose makes partitions by the stream's prefix; Athena reads the keys" },
  retention: athenaOnly,
  table_type: athenaOnly,
  "storage_descriptor.columns.comment": { ignored: "for people" },
  "storage_descriptor.columns.name": "obeyed",
  "storage_descriptor.columns.type": "obeyed",
  "storage_descriptor.compressed": athenaOnly,
  "storage_descriptor.input_format": athenaOnly,
  "storage_descriptor.location": athenaOnly,
  "storage_descriptor.number_of_buckets": athenaOnly,
  "storage_descriptor.output_format": athenaOnly,
  "storage_descriptor.parameters": athenaOnly,
  "storage_descriptor.ser_de_info": athenaOnly,
  "storage_descriptor.stored_as_sub_directories": athenaOnly,
};

/** Both tables by resource type. */
export const firehoseAttributes: Readonly<Record<string, AttributeTable>> = {
  aws_kinesis_firehose_delivery_stream: deliveryStreamAttributes,
  aws_glue_catalog_table: catalogTableAttributes,
};

/** The paths of a resource that its table does not know. */
export function unknownAttributes(resource: object, table: AttributeTable): string[] {
  return [...new Set(leafPaths(resource, ""))].filter((path) => !isCovered(path, table));
}

function leafPaths(value: unknown, path: string): string[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap((each) => leafPaths(each, path));
  if (typeof value !== "object") return [path];
  return Object.entries(value).flatMap(([key, inner]) => leafPaths(inner, path === "" ? key : `${path}.${key}`));
}

function isCovered(path: string, table: AttributeTable): boolean {
  if (Object.hasOwn(table, path)) return true;
  const parent = path.lastIndexOf(".");
  return parent > 0 && isCovered(path.slice(0, parent), table);
}
