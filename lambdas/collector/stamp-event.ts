// A valid event becomes the record that the lake keeps: times in UTC, tokens for personal values, and the stamps that
// no client can give itself.
import type { ContractSummary } from "../../contracts/contract-summary";
import { ABSENT_PARTITION } from "../../contracts/stamps";
import { normaliseCpf } from "../shared/cpf";
import { canonicalPhone } from "../shared/phone";
import { parseRfc3339, toUtc } from "../shared/rfc3339";
import type { Tokenizer } from "../shared/tokens";
import type { TimeStamper } from "./local-time";

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
  /** Makes the chain's tokens. */
  readonly tokenOf: Tokenizer;
  /** When the collector took the request, milliseconds of the epoch. */
  readonly receivedAtMs: number;
  /** What `commonStamps` gives. */
  readonly commonStamps: string;
  readonly timeStamps: TimeStamper;
};

/** Tokens of one event, by kind of personal value. */
export type EventTokens = { readonly cpf?: string; readonly loyalty?: string; readonly phone?: string };

/** A stamped event, and what else was found out about it on the way. */
export type StampedEvent = {
  /** One JSON object. */
  readonly text: string;
  readonly eventId: string;
  readonly occurredAt: string;
  readonly occurredAtMs: number;
  readonly tokens: EventTokens;
  /** The CPF's eleven digits, when the event has a CPF. */
  readonly cpfDigits?: string;
  /** The phone in the one form in which it is dialled, when the event has one. */
  readonly phone?: string;
};

/** Stamps an event; its order of attributes is the client's, then ours. */
export function stampEvent(event: ValidEvent, context: StampContext): StampedEvent {
  const { tokenOf } = context;
  const { personal, partitions, timestamps } = context.contract;
  const occurredAtMs = parseRfc3339(event.occurred_at) as number;
  const occurredAt = toUtc(occurredAtMs);
  const eventId = event.event_id.toLowerCase();
  const value = (field: string | undefined) => (field === undefined ? undefined : (event[field] as string | undefined));

  const cpf = value(personal.cpf);
  const cpfDigits = cpf === undefined ? undefined : normaliseCpf(cpf);
  const loyalty = value(personal.loyalty);
  const sentPhone = value(personal.phone);
  const phone = sentPhone === undefined ? undefined : canonicalPhone(sentPhone);
  const tokens: EventTokens = {
    cpf: cpfDigits === undefined ? undefined : tokenOf("cpf", cpfDigits),
    loyalty: loyalty === undefined ? undefined : tokenOf("loyalty", loyalty),
    phone: phone === undefined ? undefined : tokenOf("phone", phone),
  };

  // Only attributes that are there are set, and the stamps are added as text: adding attributes to a parsed object
  // costs more than all the rest.
  const fields: Record<string, unknown> = { ...event };
  fields.event_id = eventId;
  fields.occurred_at = occurredAt;
  if (tokens.cpf !== undefined) fields[personal.cpf!] = tokens.cpf;
  if (tokens.loyalty !== undefined) fields[personal.loyalty!] = tokens.loyalty;
  if (tokens.phone !== undefined) fields[personal.phone!] = tokens.phone;
  if (value(personal.name) !== undefined) fields[personal.name!] = undefined;
  for (const path of timestamps) inUtc(fields, path, 0);
  let stamps = context.commonStamps;
  for (const name of partitions) if (event[name] === undefined) stamps += `,"${name}":"${ABSENT_PARTITION}"`;
  const text = `${JSON.stringify(fields).slice(0, -1)},${stamps},${context.timeStamps(occurredAtMs)}}`;
  return { text, eventId, occurredAt, occurredAtMs, tokens, cpfDigits, phone };
}

/** The stamps that all events of a request have, as the inside of a JSON object. */
export function commonStamps(tenantId: string, receivedAt: string, { major }: ContractSummary): string {
  return JSON.stringify({ tenant_id: tenantId, received_at: receivedAt, schema_version: major }).slice(1, -1);
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
