// How many events a second the collector judges and stamps, beside the bare validator and HMAC on the same events.
import { createHmac, randomBytes } from "node:crypto";
import { contracts } from "../generated/contracts";
import { validators } from "../generated/validators";
import { collect, type Ports, type Route } from "../lambdas/collector/collect";
import { timeStamper } from "../lambdas/collector/local-time";
import { realPacing } from "../lambdas/collector/pacing";
import { hasValidCpfDigits, normaliseCpf } from "../lambdas/shared/cpf";
import { tenantKey } from "../lambdas/shared/tokens";
import type { Line } from "../local/week/line";
import { weekLines } from "../local/week/week";
import { median } from "./median";
import { report } from "./report";

const rounds = 25;
const secondsPerRound = 0.2;
const batchEvents = 500;
const limit = 0.5;
const tenant = "bench";
const receivedAtMs = Date.parse("2026-11-16T01:55:00Z");
const masterKey = randomBytes(32);

/** The purchases of the shipped week that are accepted, in bodies as large as a body may be. */
const bodies = (): string[] => {
  const validate = validators.get("v1/purchase");
  const events = weekLines()
    .map((text): Line | undefined => (text.endsWith("}}") ? (JSON.parse(text) as Line) : undefined))
    .flatMap((line) => (line?.contract === "purchase" && validate?.(line.event) ? [line.event] : []))
    .filter(({ occurred_at, cpf }) => Date.parse(occurred_at) <= receivedAtMs && (cpf === undefined || isRight(cpf)));
  const batches = Array.from({ length: Math.floor(events.length / batchEvents) }, (_, place) =>
    events.slice(place * batchEvents, (place + 1) * batchEvents),
  );
  return batches.map((batch) => JSON.stringify(batch));
};

const isRight = (cpf: unknown) => hasValidCpfDigits(normaliseCpf(String(cpf)) ?? "");

const everythingTaken = async (records: readonly unknown[]) => records.map(() => true);

const ports: Ports = {
  routes: new Map(
    contracts.map((contract): [string, Route] => {
      const validate = validators.get(contract.scope);
      if (!validate) throw new Error(`there is no validator for ${contract.scope}`);
      return [contract.scope, { contract, validate, put: everythingTaken }];
    }),
  ),
  putQuarantine: everythingTaken,
  writeFact: async () => undefined,
  masterKey: async () => masterKey,
  sealKey: async () => {
    throw new Error("the benchmark's events are all accepted");
  },
  timeStamps: timeStamper("America/Sao_Paulo", "hour"),
  onFailure: (step, error) => {
    throw new Error(`${step} failed`, { cause: error });
  },
};

const throughCollector = async (body: string): Promise<number> => {
  const request = { tenantId: tenant, version: "v1", contract: "purchase", body, isBase64: false };
  const { outcome } = await collect(request, ports, realPacing(60_000), receivedAtMs);
  if (!outcome || outcome.rejected.length > 0) throw new Error("the benchmark's events are all accepted");
  return outcome.accepted;
};

const key = tenantKey(masterKey, tenant);
const hmac = (kind: string, value: unknown) => createHmac("sha256", key).update(`${kind}:${value}`).digest("hex");

/** What no collector can do without: the validator's verdict and a token for each personal value. */
const bare = (events: readonly Record<string, unknown>[]): number => {
  const validate = validators.get("v1/purchase");
  let tokens = 0;
  for (const event of events) {
    if (!validate?.(event)) throw new Error("the benchmark's events are all valid");
    if (event.cpf !== undefined) tokens += hmac("cpf", event.cpf).length;
    if (event.loyalty_id !== undefined) tokens += hmac("loyalty", event.loyalty_id).length;
  }
  if (tokens === 0) throw new Error("the benchmark's events have personal values");
  return events.length;
};

/** Events a second of one round. */
const rate = async (work: () => Promise<number> | number): Promise<number> => {
  const begin = performance.now();
  let events = 0;
  while (performance.now() - begin < secondsPerRound * 1000) events += await work();
  return events / ((performance.now() - begin) / 1000);
};

const thousands = (perSecond: number) => `${Math.round(perSecond / 1000)} thousand events/s`;

const main = async (): Promise<void> => {
  const texts = bodies();
  const [text] = texts;
  if (text === undefined) throw new Error(`the shipped week has fewer than ${batchEvents} purchases`);
  const parsed = JSON.parse(text) as Record<string, unknown>[];
  const rates: { collector: number[]; bare: number[]; wire: number[] } = { collector: [], bare: [], wire: [] };
  // In turn, so that a busy moment of the machine meets all; the first rounds warm the compiler and are forgotten.
  for (let round = 0; round < rounds; round += 1) {
    rates.collector.push(await rate(() => throughCollector(text)));
    rates.bare.push(await rate(() => bare(parsed)));
    rates.wire.push(await rate(() => bare(JSON.parse(text) as Record<string, unknown>[])));
  }
  const warm = (values: readonly number[]) => median(values.slice(5));
  const [ours, alone, wire] = [warm(rates.collector), warm(rates.bare), warm(rates.wire)];
  report([
    {
      what: "Collector, purchases of the shipped week in bodies of 500",
      measured: `${(ours / wire).toFixed(2)}× (${thousands(ours)})`,
      baseline: `${thousands(wire)} for JSON.parse, the compiled validator and HMAC on the same body`,
      limit: { text: `≥ ${limit}×`, kept: ours / wire >= limit },
    },
    {
      what: "The same, beside a baseline whose events were parsed beforehand",
      measured: `${(ours / alone).toFixed(2)}×`,
      baseline: `${thousands(alone)} for the compiled validator and HMAC alone`,
    },
  ]);
};

main().catch((error: Error) => {
  console.error(error);
  process.exitCode = 1;
});
