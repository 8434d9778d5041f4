// What AWS would refuse after minutes, or accept and then lose events by, is refused here, before anything is written.
import { isTimeZone, isWhole, type Rule } from "../shared/rules";
import type { StreamPlan } from "./stream-plan";

// jq that only copies fields: anything cleverer fails records at run time, in a jq (1.6) that nobody tests with.
const COPIES_FIELDS = /^\{(?:[a-z_][a-z0-9_]*:\.[a-z_][a-z0-9_]*(?:,(?!\})|(?=\})))+\}$/;

function keysOfQuery(query: string): string[] {
  return [...query.matchAll(/([a-z_][a-z0-9_]*):\./g)].map((match) => match[1]!).sort();
}

function fieldsOfQuery(query: string): string[] {
  return [...query.matchAll(/:\.([a-z_][a-z0-9_]*)/g)].map((match) => match[1]!);
}

function keysOfPrefix(prefix: string): string[] {
  return [...prefix.matchAll(/!\{partitionKeyFromQuery:([^}]*)\}/g)].map((match) => match[1]!).sort();
}

function withValues(prefix: string): string {
  return prefix.replace(/!\{[^}]*\}/g, "value");
}

/** The rules of a stream with dynamic partitioning and Parquet; limits are those of Firehose's documentation. */
export const STREAM_RULES: readonly Rule<StreamPlan>[] = [
  {
    rule: "the name has 1–64 letters, digits, dots, underscores or hyphens",
    received: ({ name }) => name,
    holds: ({ name }) => /^[A-Za-z0-9_.-]{1,64}$/.test(name),
    remedy: "shorten the prefix or the contract's name",
  },
  {
    rule: "with dynamic partitioning the buffer holds 64–128 MiB",
    received: ({ bufferMebibytes }) => bufferMebibytes,
    holds: ({ bufferMebibytes }) => isWhole(bufferMebibytes, 64, 128),
    remedy: "take 128",
  },
  {
    rule: "bufferSeconds is a whole number from 60 to 900",
    received: ({ bufferSeconds }) => bufferSeconds,
    holds: ({ bufferSeconds }) => isWhole(bufferSeconds, 60, 900),
    remedy: "take 900 unless the lake must be fresher",
  },
  {
    rule: "with format conversion the S3 compression is UNCOMPRESSED",
    received: ({ compression }) => compression,
    holds: ({ compression }) => compression === "UNCOMPRESSED",
    remedy: "leave compression to Parquet",
  },
  {
    rule: "the query only copies fields: {key:.field,…}",
    received: ({ query }) => query,
    holds: ({ query }) => COPIES_FIELDS.test(query),
    remedy: "compute the value in the collector and copy it",
  },
  {
    rule: "the query has at most 5,120 characters",
    received: ({ query }) => query.length,
    holds: ({ query }) => query.length <= 5_120,
    remedy: "use fewer or shorter partition fields",
  },
  {
    rule: "the prefix uses exactly the keys that the query gives",
    received: ({ query, prefix }) => ({ query: keysOfQuery(query), prefix: keysOfPrefix(prefix) }),
    holds: ({ query, prefix }) => keysOfQuery(query).join() === keysOfPrefix(prefix).join(),
    remedy: "name every key once in both",
  },
  {
    rule: "every partition field is stamped on every record, never empty",
    received: ({ query }) => fieldsOfQuery(query),
    holds: ({ query, stampedKeys }) => fieldsOfQuery(query).every((field) => stampedKeys.includes(field)),
    remedy: "partition by required fields and x-partition fields only: a record without its key is not delivered",
  },
  {
    rule: "the error prefix holds !{firehose:error-output-type} and no partition key",
    received: ({ errorPrefix }) => errorPrefix,
    holds: ({ errorPrefix }) =>
      errorPrefix.includes("!{firehose:error-output-type}") && !/!\{partitionKeyFrom/.test(errorPrefix),
    remedy: "use errors/<contract>/!{firehose:error-output-type}/",
  },
  {
    rule: "prefixes end in a slash, begin with none, and hold no colon, space or empty segment",
    received: ({ prefix, errorPrefix }) => [prefix, errorPrefix],
    holds: ({ prefix, errorPrefix }) =>
      [prefix, errorPrefix].every((text) => text.endsWith("/") && !/^\/|\/\/|[:\s]/.test(withValues(text))),
    remedy: "name folders with letters, digits, = and hyphens: a colon breaks every Hadoop glob",
  },
  {
    rule: "the time zone is one that the tz database knows",
    received: ({ timeZone }) => timeZone,
    holds: ({ timeZone }) => isTimeZone(timeZone),
    remedy: "take a name such as America/Sao_Paulo",
  },
  {
    rule: "the partitions that one buffer can hold open are within the quota",
    received: ({ openPartitions, openPartitionQuota }) => ({ openPartitions, openPartitionQuota }),
    holds: ({ openPartitions, openPartitionQuota }) => openPartitions <= openPartitionQuota,
    remedy:
      "partition more coarsely, let stores catch up fewer hours at once, or ask AWS for more and raise openPartitionQuota",
  },
];
