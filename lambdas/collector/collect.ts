// One request from its bytes to its answer: judge, then vault, then Firehose, then answer. Every event ends accepted
// (Firehose has it), rejected (quarantine has it) or named in a 503, whatever fails.
import type { ContractSummary } from "../../contracts/contract-summary";
import type { Validator } from "../../generated/validators";
import { toUtc } from "../shared/rfc3339";
import { createTokenizer, tenantKey } from "../shared/tokens";
import { newestFacts, type VaultFact } from "../shared/vault-facts";
import { type Answer, answerOf, type EventName, type Outcome, refusal } from "./answer";
import {
  type AcceptedEvent,
  type BatchDecision,
  decideBatch,
  eventName,
  type RejectedEvent,
  rejectAll,
} from "./decide-batch";
import { VAULT_MILLISECONDS, VAULT_WRITES } from "./limits";
import type { TimeStamper } from "./local-time";
import { type Pacing, patience } from "./pacing";
import { type PutBatch, putRecords } from "./put-records";
import { quarantineName, quarantineRecord } from "./quarantine";
import { type ReadBody, readBody, sentEvents } from "./read-body";
import { createSealer, type Sealer } from "./seal";
import { commonStamps } from "./stamp-event";

/** A request of an authenticated chain. */
export type CollectRequest = {
  readonly tenantId: string;
  /** Contracts that the write key may write; absent when the authorizer said nothing of them. */
  readonly scopes?: readonly string[];
  readonly version: string;
  readonly contract: string;
  readonly body: string | null;
  readonly isBase64: boolean;
};

/** A contract that can be written: its facts, its validator, its stream. */
export type Route = { readonly contract: ContractSummary; readonly validate: Validator; readonly put: PutBatch };

/** Everything outside the decision. Calls may fail and be made again. */
export type Ports = {
  /** Routes by `v1/purchase`. */
  readonly routes: ReadonlyMap<string, Route>;
  readonly putQuarantine: PutBatch;
  readonly writeFact: (fact: VaultFact, signal: AbortSignal) => Promise<void>;
  /** The secret that chains' token keys are made of. */
  readonly masterKey: (signal: AbortSignal) => Promise<Buffer>;
  /** The public key that rejected events are sealed with, DER. */
  readonly sealKey: (signal: AbortSignal) => Promise<Buffer>;
  readonly timeStamps: TimeStamper;
  /** Told of a failure that the answer hides behind a 503. */
  readonly onFailure: (step: "secret" | "vault" | "seal" | "decide", error: unknown) => void;
};

/** What became of a request, for the answer and for the log. */
export type Collected = { readonly answer: Answer; readonly outcome?: Outcome };

/** Collects one request at the instant `receivedAtMs`. Throws only on a mistake in the program. */
export async function collect(
  request: CollectRequest,
  ports: Ports,
  pacing: Pacing,
  receivedAtMs: number,
): Promise<Collected> {
  const scope = `${request.version}/${request.contract}`;
  const route = ports.routes.get(scope);
  if (route && request.scopes && !request.scopes.some((each) => each === "*" || each === scope)) {
    return { answer: refusal("FORBIDDEN") };
  }
  const body = readBody(request.body, request.isBase64);
  if ("refused" in body) return { answer: refusal(body.refused) };
  const outcome = await store(request, route, body, ports, pacing, receivedAtMs);
  return { answer: answerOf(outcome), outcome };
}

async function store(
  request: CollectRequest,
  route: Route | undefined,
  body: ReadBody,
  ports: Ports,
  pacing: Pacing,
  receivedAtMs: number,
): Promise<Outcome> {
  const knownContract = route !== undefined;
  const { events } = body;
  const nothing = (step: "secret" | "decide", error: unknown): Outcome => {
    ports.onFailure(step, error);
    return { accepted: 0, rejected: [], notAccepted: events.map(eventName), knownContract };
  };
  if (events.length === 0) return { accepted: 0, rejected: [], notAccepted: [], knownContract };

  const { tenantId } = request;
  let key: Buffer;
  try {
    key = tenantKey(await pacing.within(patience(pacing), ports.masterKey), tenantId);
  } catch (error) {
    return nothing("secret", error);
  }
  const receivedAt = toUtc(receivedAtMs);
  let parts: readonly string[] | undefined;
  const sent = (index: number): string => {
    parts ??= sentEvents(body);
    return parts[index]!;
  };

  let decision: BatchDecision;
  try {
    const common = { tenantId, tokenOf: createTokenizer(key), receivedAtMs, timeStamps: ports.timeStamps };
    decision = route
      ? decideBatch(events, {
          ...route,
          ...common,
          commonStamps: commonStamps(tenantId, receivedAt, route.contract),
          sentBytes: (index) => Buffer.byteLength(sent(index)),
        })
      : { accepted: [], rejected: rejectAll(events, "UNKNOWN_CONTRACT") };
  } catch (error) {
    return nothing("decide", error);
  }

  const contract = quarantineName(request.version, request.contract, knownContract);
  const recordOf = (event: RejectedEvent, seal: Sealer) =>
    quarantineRecord(event, sent(event.index), { tenantId, contract, receivedAt, key, seal });
  const [notStored, notKept] = await Promise.all([
    route ? storeAccepted(decision.accepted, route.put, ports, pacing) : [],
    keepRejected(decision.rejected, (der) => createSealer(der, tenantId), recordOf, ports, pacing),
  ]);
  const lost = new Set(notKept.map(({ index }) => index));
  return {
    accepted: decision.accepted.length - notStored.length,
    rejected: decision.rejected.filter(({ index }) => !lost.has(index)),
    notAccepted: [...notStored, ...notKept].sort((a, b) => a.index - b.index),
    knownContract,
  };
}

/** Vault, then Firehose; gives the events that are not stored. Of a batch whose vault failed, none is. Never throws. */
export async function storeAccepted(
  accepted: readonly AcceptedEvent[],
  put: PutBatch,
  ports: Pick<Ports, "writeFact" | "onFailure">,
  pacing: Pacing,
): Promise<readonly EventName[]> {
  if (accepted.length === 0) return [];
  try {
    const facts = newestFacts(accepted.flatMap((event) => event.facts));
    const milliseconds = Math.min(VAULT_MILLISECONDS, pacing.remainingMs());
    if (facts.length > 0) await pacing.within(milliseconds, (signal) => writeFacts(facts, ports, signal));
  } catch (error) {
    ports.onFailure("vault", error);
    return accepted;
  }
  const failed = await putRecords(
    put,
    accepted.map(({ record }) => record),
    pacing,
  );
  return failed.map((at) => accepted[at]!);
}

async function writeFacts(
  facts: readonly VaultFact[],
  { writeFact }: Pick<Ports, "writeFact">,
  signal: AbortSignal,
): Promise<void> {
  const queue = facts.values();
  let failed = false;
  const worker = async () => {
    for (const fact of queue) {
      if (failed || signal.aborted) return;
      await writeFact(fact, signal).catch((error: unknown) => {
        failed = true;
        throw error;
      });
    }
  };
  await Promise.all(Array.from({ length: Math.min(VAULT_WRITES, facts.length) }, worker));
}

/** Quarantine; gives the events that are not kept. */
async function keepRejected(
  rejected: readonly RejectedEvent[],
  sealer: (publicKeyDer: Buffer) => Sealer,
  recordOf: (event: RejectedEvent, seal: Sealer) => string,
  ports: Ports,
  pacing: Pacing,
): Promise<readonly EventName[]> {
  if (rejected.length === 0) return [];
  try {
    const seal = sealer(await pacing.within(patience(pacing), ports.sealKey));
    const records = rejected.map((event) => recordOf(event, seal));
    const failed = await putRecords(ports.putQuarantine, records, pacing);
    return failed.map((at) => rejected[at]!);
  } catch (error) {
    ports.onFailure("seal", error);
    return rejected;
  }
}
