// Makes the S3 objects of a buffer, named as Firehose names them.
import { gzipSync } from "node:zlib";
import { errorLine, type FailedRecord } from "./error-record";
import { type ParquetRow, parquetFile } from "./parquet-file";
import { evaluatePrefix, formatInstant } from "./prefix";
import type { StreamDefinition, TableDefinition } from "./stream-definition";

/** The records of one partition, from the first until its object is delivered. */
export interface PartitionBuffer {
  readonly id: string;
  readonly keys: Readonly<Record<string, string>>;
  readonly firstMs: number;
  bytes: number;
  records: number;
  readonly rows: ParquetRow[];
  readonly chunks: Uint8Array[];
}

/** An object ready to be put. */
export interface S3Object {
  readonly key: string;
  readonly body: Uint8Array;
}

const streamVersion = 1;

/** The object of a data buffer. */
export async function dataObject(
  stream: StreamDefinition,
  table: TableDefinition | undefined,
  buffer: PartitionBuffer,
  uuid: () => string,
): Promise<S3Object> {
  const prefix = evaluatePrefix(stream.prefix, {
    oldestMs: buffer.firstMs,
    timeZone: stream.timeZone,
    partitionKeys: buffer.keys,
  });
  const key = `${prefix}${objectName(stream, buffer.firstMs, uuid)}${stream.fileExtension}`;
  if (stream.conversion && table) {
    return { key, body: await parquetFile(table.columns, buffer.rows, stream.conversion.codec) };
  }
  const plain = Buffer.concat(buffer.chunks);
  return { key, body: stream.gzip ? gzipSync(plain) : plain };
}

/** The object of failed records of one type; `endMs` is when the last attempt ended. */
export function errorObject(
  stream: StreamDefinition,
  records: readonly FailedRecord[],
  endMs: number,
  uuid: () => string,
): S3Object {
  const [first] = records;
  if (first === undefined) throw new Error("an error object holds at least one record");
  const prefix = evaluatePrefix(stream.errorPrefix, {
    oldestMs: first.arrivalMs,
    timeZone: stream.timeZone,
    errorOutputType: first.failure.type,
  });
  const table = stream.conversion && { databaseName: stream.conversion.database, tableName: stream.conversion.table };
  const lines = records.map((record) => errorLine(record, endMs, table));
  return { key: `${prefix}${objectName(stream, first.arrivalMs, uuid)}`, body: Buffer.from(lines.join("")) };
}

function objectName(stream: StreamDefinition, oldestMs: number, uuid: () => string): string {
  const instant = formatInstant(oldestMs, stream.timeZone, "yyyy-MM-dd-HH-mm-ss");
  return `${stream.name}-${streamVersion}-${instant}-${uuid()}`;
}
