// What an event tells the vault: the phone, the name, a decision about consent, and that two tokens are one person.
import type { ContractSummary } from "../../contracts/contract-summary";
import type { Channel } from "../shared/channels";
import { type FactContent, personKey, type VaultFact } from "../shared/vault-facts";
import type { StampedEvent, ValidEvent } from "./stamp-event";

const CONSENT_TYPES: Readonly<Record<string, boolean | undefined>> = { consent_granted: true, consent_revoked: false };

/** The facts of a valid event, under its CPF's token, else its loyalty number's; none for a person without either. */
export function vaultFactsOf(
  event: ValidEvent,
  { tokens, occurredAt, eventId, phone }: StampedEvent,
  tenantId: string,
  { personal }: ContractSummary,
): VaultFact[] {
  const owner = tokens.cpf ?? tokens.loyalty;
  if (owner === undefined) return [];
  const fact = (token: string, content: FactContent): VaultFact => ({
    person: personKey(tenantId, token),
    occurredAt,
    eventId,
    content,
  });
  const facts: VaultFact[] = [];
  if (tokens.cpf !== undefined && tokens.loyalty !== undefined) {
    facts.push(fact(tokens.cpf, { kind: "alias", other: tokens.loyalty, otherKind: "loyalty" }));
    facts.push(fact(tokens.loyalty, { kind: "alias", other: tokens.cpf, otherKind: "cpf" }));
  }
  if (phone !== undefined && tokens.phone !== undefined) {
    facts.push(fact(owner, { kind: "phone", phone, phoneToken: tokens.phone }));
  }
  const name = personal.name === undefined ? undefined : event[personal.name];
  if (typeof name === "string") facts.push(fact(owner, { kind: "name", name }));

  const granted = Object.hasOwn(CONSENT_TYPES, event.event_type) ? CONSENT_TYPES[event.event_type] : undefined;
  const channel = event.channel as Channel | undefined;
  // A revocation without a channel means all of them; a grant must name what it grants.
  if (granted === false || (granted === true && channel !== undefined)) {
    const textVersion = event.consent_text_version as string | undefined;
    const said = textVersion === undefined ? {} : { textVersion };
    facts.push(fact(owner, { kind: "consent", channel: channel ?? "all", granted, ...said }));
  }
  return facts;
}
