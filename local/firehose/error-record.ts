// The JSON document that Firehose leaves under the error prefix for a record it could not deliver as asked.

/** The folders that `!{firehose:error-output-type}` tells apart. */
export type ErrorType = "format-conversion-failed" | "metadata-extraction-failed" | "active-partition-limit-exceeded";

/** Why one record failed. */
export interface RecordFailure {
  readonly type: ErrorType;
  readonly code: string;
  /** Names columns and keys, never a value of the record. */
  readonly message: string;
}

export const partitionLimit: RecordFailure = {
  type: "active-partition-limit-exceeded",
  code: "DynamicPartitioning.ActivePartitionsLimitExceeded",
  message: "The number of active partitions of the delivery stream is at its limit",
};

/** A record that failed, as it waits for delivery. */
export interface FailedRecord {
  readonly failure: RecordFailure;
  readonly arrivalMs: number;
  readonly data: Uint8Array;
}

/** The Glue table that a conversion failure names. */
export interface DataCatalogTable {
  readonly databaseName: string;
  readonly tableName: string;
}

/** One line of an error object. */
export function errorLine(record: FailedRecord, endMs: number, table: DataCatalogTable | undefined): string {
  const isConversion = record.failure.type === "format-conversion-failed";
  return `${JSON.stringify({
    attemptsMade: 1,
    arrivalTimestamp: record.arrivalMs,
    errorCode: record.failure.code,
    errorMessage: record.failure.message,
    attemptEndingTimestamp: endMs,
    rawData: Buffer.from(record.data).toString("base64"),
    ...(isConversion && { sequenceNumber: "0", subSequenceNumber: null, dataCatalogTable: table }),
  })}\n`;
}
