// What a contract's Firehose stream will do, as plain data: the rules judge it before any resource is made.
import { type Contract, prefix, streamSuffix, tableName } from "../../contracts/contract";
import { type PartitionGranularity, partitionKeys } from "../shared/partition-keys";
import { openPartitions } from "./partition-budget";

/** Settings that all streams of an environment share. */
export interface StreamSettings {
  /** Seconds that events wait in Firehose at most, 60–900; the night waits for it too. */
  readonly bufferSeconds: number;
  /** How finely events are partitioned by time. */
  readonly partitionGranularity: PartitionGranularity;
  /** Hours of events that stores may send at once after being offline. */
  readonly catchUpHours: number;
  /** Partitions a stream may hold open at once; 500 unless AWS raised it. */
  readonly openPartitionQuota: number;
}

/** A stream before it is synthesized. */
export interface StreamPlan {
  readonly name: string;
  /** Table whose columns become the Parquet columns. */
  readonly table: string;
  readonly bufferMebibytes: number;
  readonly bufferSeconds: number;
  readonly compression: string;
  /** jq program that hands the partition keys over. */
  readonly query: string;
  readonly prefix: string;
  readonly errorPrefix: string;
  readonly timeZone: string;
  /** Keys that the collector puts in every record, never empty. */
  readonly stampedKeys: readonly string[];
  readonly openPartitions: number;
  readonly openPartitionQuota: number;
}

// The most Firehose takes: fewer, larger Parquet files.
export const BUFFER_MEBIBYTES = 128;

/** Where records go that Firehose could not deliver, by kind of failure and local arrival date. */
export function errorPrefix(folder: string): string {
  return `errors/${folder}/!{firehose:error-output-type}/!{timestamp:yyyy-MM-dd}/`;
}

/** The stream of `contract`. */
export function planStream(
  contract: Contract,
  namePrefix: string,
  timeZone: string,
  settings: StreamSettings,
): StreamPlan {
  const keys = partitionKeys(contract, settings.partitionGranularity);
  const names = keys.map(({ name }) => name);
  return {
    name: `${namePrefix}-${streamSuffix(contract)}`,
    table: tableName(contract),
    bufferMebibytes: BUFFER_MEBIBYTES,
    bufferSeconds: settings.bufferSeconds,
    compression: "UNCOMPRESSED",
    query: `{${names.map((name) => `${name}:.${name}`).join(",")}}`,
    prefix: `${prefix(contract)}${names.map((name) => `${name}=!{partitionKeyFromQuery:${name}}/`).join("")}`,
    errorPrefix: errorPrefix(tableName(contract)),
    timeZone,
    stampedKeys: names,
    openPartitions: openPartitions(keys, settings),
    openPartitionQuota: settings.openPartitionQuota,
  };
}
