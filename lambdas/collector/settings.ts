// The collector's environment, read and checked once at load: a stream that is missing stops the first start, not an event.
import { required, requiredOneOf, requiredTexts } from "../shared/env";
import type { Granularity } from "./local-time";

/** What the collector is told by its environment. */
export type Settings = {
  /** Stream by contract, such as v1/purchase; one for each. */
  readonly streams: ReadonlyMap<string, string>;
  readonly quarantineStream: string;
  readonly vaultTable: string;
  readonly tokenSecretArn: string;
  readonly sealKeyArn: string;
  readonly timeZone: string;
  readonly granularity: Granularity;
};

const GRANULARITIES: readonly Granularity[] = ["day", "hour", "minute"];

/** Reads the environment; `contracts` are those that must have a stream. Throws on the first that is missing. */
export function readSettings(contracts: readonly string[]): Settings {
  const streams = requiredTexts("STREAMS");
  const missing = contracts.filter((contract) => !streams.has(contract));
  if (missing.length > 0)
    throw new Error(`The environment variable STREAMS names no stream for ${missing.join(", ")}.`);
  return {
    streams,
    quarantineStream: required("QUARANTINE_STREAM"),
    vaultTable: required("VAULT_TABLE"),
    tokenSecretArn: required("TOKEN_SECRET_ARN"),
    sealKeyArn: required("SEAL_KEY_ARN"),
    timeZone: required("TIME_ZONE"),
    granularity: requiredOneOf("PARTITION_GRANULARITY", GRANULARITIES),
  };
}
