// A collector with its ports in memory: tests fill streams, break ports, and spend virtual time.
import { constants, generateKeyPairSync, privateDecrypt } from "node:crypto";
import { contracts } from "../../generated/contracts";
import { validators } from "../../generated/validators";
import type { VaultFact } from "../shared/vault-facts";
import { type Collected, type CollectRequest, collect, type Ports, type Route } from "./collect";
import { ANSWER_MILLISECONDS } from "./limits";
import { timeStamper } from "./local-time";
import type { Pacing } from "./pacing";
import type { PutBatch } from "./put-records";
import { unseal } from "./seal";

/** The chain whose events are collected. */
export const TENANT = "mercado-azul";
/** The secret that token keys are made of. */
export const MASTER_KEY = Buffer.alloc(32, 7);
/** When requests arrive: 19:45 in São Paulo. */
export const NOW = Date.parse("2026-11-22T22:45:00Z");

const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** A call that never answers: it costs all the time that it was given. */
export class Hang extends Error {}

/** A record as Firehose gets it, parsed. */
export type Stored = Readonly<Record<string, unknown>>;

/** What a test may break. Each is asked before the port does its work; what it throws is the port's failure. */
export type Faults = Partial<{
  readonly put: (records: readonly string[], call: number) => readonly boolean[];
  readonly putQuarantine: (records: readonly string[], call: number) => readonly boolean[];
  readonly writeFact: (fact: VaultFact) => void;
  readonly masterKey: () => void;
  readonly sealKey: () => void;
}>;

/** Time that passes only when something waits; what waits side by side waits once. */
export function virtualPacing(milliseconds = ANSWER_MILLISECONDS): Pacing & { readonly spent: () => number } {
  let spent = 0;
  const passUntil = (instant: number) => {
    spent = Math.max(spent, instant);
  };
  return {
    spent: () => spent,
    remainingMs: () => milliseconds - spent,
    sleep: async (time) => passUntil(spent + time),
    random: () => 0.5,
    within: async (time, call) => {
      const end = spent + time;
      try {
        return await call(new AbortController().signal);
      } catch (error) {
        if (error instanceof Hang) passUntil(end);
        throw error;
      }
    },
  };
}

/** A collector of every contract, and what it stored, in the order in which things happened. */
export function createCollector(faults: Faults = {}) {
  const stored = new Map<string, string[]>();
  const quarantined: string[] = [];
  const facts: VaultFact[] = [];
  const happened: string[] = [];
  const failures: string[] = [];
  const putInto = (name: string, lines: string[], fault: Faults["put"]): PutBatch => {
    let calls = 0;
    return async (records) => {
      happened.push(name);
      const taken = fault ? fault(records, calls++) : records.map(() => true);
      lines.push(...records.filter((_, at) => taken[at]));
      return taken;
    };
  };
  const ports: Ports = {
    routes: new Map(
      contracts.map((contract): [string, Route] => {
        const lines: string[] = [];
        stored.set(contract.scope, lines);
        const put = putInto(contract.scope, lines, faults.put);
        return [contract.scope, { contract, validate: validators.get(contract.scope)!, put }];
      }),
    ),
    putQuarantine: putInto("quarantine", quarantined, faults.putQuarantine),
    writeFact: async (fact) => {
      happened.push("vault");
      faults.writeFact?.(fact);
      facts.push(fact);
    },
    masterKey: async () => {
      faults.masterKey?.();
      return MASTER_KEY;
    },
    sealKey: async () => {
      faults.sealKey?.();
      return publicKey.export({ format: "der", type: "spki" });
    },
    timeStamps: timeStamper("America/Sao_Paulo", "hour"),
    onFailure: (step) => void failures.push(step),
  };
  return {
    facts,
    happened,
    failures,
    quarantined,
    lines: (scope = "v1/purchase"): readonly string[] => stored.get(scope)!,
    stored: (scope = "v1/purchase"): Stored[] => stored.get(scope)!.map((line) => JSON.parse(line) as Stored),
    post: (
      body: unknown,
      request: Partial<CollectRequest> = {},
      pacing: Pacing = virtualPacing(),
    ): Promise<Collected> =>
      collect(
        {
          tenantId: TENANT,
          version: "v1",
          contract: "purchase",
          body: typeof body === "string" ? body : JSON.stringify(body),
          isBase64: false,
          ...request,
        },
        ports,
        pacing,
        NOW,
      ),
  };
}

/** The event in a quarantine record, opened as only the replay's role can. */
export function open(line: string, tenantId = TENANT): Promise<string> {
  const { sealed } = JSON.parse(line) as { sealed: string };
  return unseal(sealed, tenantId, async (wrapped) =>
    privateDecrypt({ key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" }, wrapped),
  );
}

/** The body of an answer. */
export function told({ answer }: Collected) {
  return JSON.parse(answer.body) as {
    readonly code?: string;
    readonly accepted: number;
    readonly rejected: readonly {
      index: number;
      event_id: string | null;
      code: string;
      path: string;
      message: string;
    }[];
    readonly not_accepted?: readonly { index: number; event_id: string | null }[];
  };
}

/** A valid uuid of a number. */
export const uuid = (number: number): string => `${String(number).padStart(8, "0")}-3d0e-4a53-9a9d-4a3c1b2d5e6f`;

/** A purchase that is in order. */
export const purchase = (number = 1, more: Readonly<Record<string, unknown>> = {}) => ({
  event_id: uuid(number),
  event_type: "sale",
  occurred_at: "2026-11-22T19:30:00-03:00",
  store_id: "loja-7",
  cpf: "529.982.247-25",
  items: [{ sku: "7891000", name: "Arroz", quantity: 2, unit_price: 19.9 }],
  ...more,
});
