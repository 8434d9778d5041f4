// Decides what becomes of one record: which partition it goes to and which row it is, or why it cannot be delivered.
import type { RecordFailure } from "./error-record";
import { convertRecord } from "./openx";
import type { ParquetRow } from "./parquet-file";
import { partitionKeys } from "./partition-query";
import { parseRecord } from "./record-json";
import type { StreamDefinition, TableDefinition } from "./stream-definition";

/** A record on its way: its partition, if it got that far, and its row or its failure. */
export interface ProcessedRecord {
  readonly partition?: Readonly<Record<string, string>>;
  readonly row?: ParquetRow;
  readonly failure?: RecordFailure;
}

const decoder = new TextDecoder("utf-8", { fatal: true });

export function processRecord(
  data: Uint8Array,
  stream: StreamDefinition,
  table: TableDefinition | undefined,
): ProcessedRecord {
  if (stream.partitioning === undefined && stream.conversion === undefined) return { partition: {} };
  let record: unknown;
  let partition: Record<string, string> = {};
  try {
    record = parse(data);
    if (stream.partitioning) partition = partitionKeys(record, stream.partitioning);
  } catch (error) {
    if (stream.partitioning) return { failure: metadataFailure(error) };
    return { partition, failure: conversionFailure("DataFormatConversion.MalformedData", error) };
  }
  if (stream.conversion === undefined || table === undefined) return { partition };
  try {
    return { partition, row: convertRecord(record, table.columns, stream.conversion) };
  } catch (error) {
    return { partition, failure: conversionFailure("DataFormatConversion.ParseError", error) };
  }
}

function metadataFailure(error: unknown): RecordFailure {
  return {
    type: "metadata-extraction-failed",
    code: "DynamicPartitioning.MetadataExtractionFailed",
    message: (error as Error).message,
  };
}

function conversionFailure(code: string, error: unknown): RecordFailure {
  return { type: "format-conversion-failed", code, message: (error as Error).message };
}

/** A parser's complaint quotes the record, which an error message may not. */
function parse(data: Uint8Array): unknown {
  try {
    return parseRecord(decoder.decode(data));
  } catch {
    throw new Error("the record is not JSON");
  }
}
