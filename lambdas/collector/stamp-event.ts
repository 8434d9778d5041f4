// A valid event becomes the record that the lake keeps: times in UTC, tokens for personal values, and the stamps that
// no client can give itself.
import type { ContractSummary } from "../../contracts/contract-summary";
import { ABSENT_PARTITION } from "../../contracts/stamps";
import { normaliseCpf } from "../shared/cpf";
import { canonicalPhone } from "../shared/phone";
import { parseRfc3339, toUtc } from "../shared/rfc3339";
import { token } from "../shared/tokens";
import type { TimeStamps } from "./local-time";

/** An event that the contract's validator took. */
export type ValidEvent = Readonly<Record<string, unknown>> & {
  readonly event_id: string;
  readonly event_type: string;
  readonly occurred_at: string;
};

/** What all events of a request have in common. */
export type StampContext = {
  readonly contract: ContractSummary;
  readonly tenantId: string;
  /** The chain's token key. */
  readonly key: Buffer;
  /** When the collector took the request, milliseconds of the epoch. */
  readonly receivedAtMs: number;
  /** The same as it is stamped. */
  readonly receivedAt: string;
  readonly timeStamps: (epochMs: number) => TimeStamps;
};

/** Tokens of one event, by kind of personal value. */
export type EventTokens = { readonly cpf?: string; readonly loyalty?: string; readonly phone?: string };

/** A stamped event, and what else was found out about it on the way. */
export type StampedEvent = {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly tokens: EventTokens;
  readonly occurredAtMs: number;
  /** The CPF's eleven digits, when the event has a CPF. */
  readonly cpfDigits?: string;
  /** The phone in the one form in which it is dialled, when the event has one. */
  readonly phone?: string;
};

/** Stamps an event; its order of attributes is the client's, then ours. */
export function stampEvent(event: ValidEvent, context: StampContext): StampedEvent {
  const { contract, key, tenantId, receivedAt } = context;
  const { personal, partitions, timestamps } = contract;
  const occurredAtMs = parseRfc3339(event.occurred_at) as number;
  const value = (field: string | undefined) => (field === undefined ? undefined : (event[field] as string | undefined));

  const cpf = value(personal.cpf);
  const cpfDigits = cpf === undefined ? undefined : normaliseCpf(cpf);
  const loyalty = value(personal.loyalty);
  const sentPhone = value(personal.phone);
  const phone = sentPhone === undefined ? undefined : canonicalPhone(sentPhone);
  const tokens: EventTokens = {
    cpf: cpfDigits === undefined ? undefined : token(key, "cpf", cpfDigits),
    loyalty: loyalty === undefined ? undefined : token(key, "loyalty", loyalty),
    phone: phone === undefined ? undefined : token(key, "phone", phone),
  };

  const fields: Record<string, unknown> = { ...event };
  fields.event_id = event.event_id.toLowerCase();
  fields.occurred_at = toUtc(occurredAtMs);
  if (personal.cpf !== undefined) fields[personal.cpf] = tokens.cpf;
  if (personal.loyalty !== undefined) fields[personal.loyalty] = tokens.loyalty;
  if (personal.phone !== undefined) fields[personal.phone] = tokens.phone;
  if (personal.name !== undefined) fields[personal.name] = undefined;
  for (const path of timestamps) inUtc(fields, path, 0);
  for (const name of partitions) fields[name] ??= ABSENT_PARTITION;
  fields.tenant_id = tenantId;
  fields.received_at = receivedAt;
  fields.schema_version = contract.major;
  Object.assign(fields, context.timeStamps(occurredAtMs));
  return { fields, tokens, occurredAtMs, cpfDigits, phone };
}

/** Rewrites the timestamps that `path` leads to, in copies: the event itself stays as it was sent. */
function inUtc(parent: Record<string, unknown>, path: readonly string[], at: number): void {
  const step = path[at]!;
  if (step === "*") {
    for (const index of Object.keys(parent)) rewrite(parent, index, path, at);
  } else if (parent[step] !== undefined) {
    rewrite(parent, step, path, at);
  }
}

function rewrite(parent: Record<string, unknown>, key: string, path: readonly string[], at: number): void {
  const value = parent[key];
  if (at === path.length - 1) {
    parent[key] = toUtc(parseRfc3339(value as string) as number);
    return;
  }
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
  parent[key] = copy;
  inUtc(copy, path, at + 1);
}
