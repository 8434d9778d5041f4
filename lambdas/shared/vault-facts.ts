// What the vault knows of a person, one row a fact, and the one rule by which a fact replaces another: the newer wins,
// and of two decisions about consent at the same instant the revocation.

import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { CHANNELS, type Channel } from "./channels";

/** What a fact says. Consent for `all` is only ever a revocation. */
export type FactContent =
  | { readonly kind: "phone"; readonly phone: string; readonly phoneToken: string }
  | { readonly kind: "name"; readonly name: string }
  | {
      readonly kind: "consent";
      readonly channel: Channel | "all";
      readonly granted: boolean;
      readonly textVersion?: string;
    }
  | { readonly kind: "alias"; readonly other: string; readonly otherKind: "cpf" | "loyalty" };

/** A fact, when it happened (UTC with milliseconds, so that text order is time order), and by which event. */
export type VaultFact = {
  /** `<tenant>#<token>`. */
  readonly person: string;
  readonly occurredAt: string;
  readonly eventId: string;
  readonly content: FactContent;
};

/** Sort key of the row that stops all messages to a phone; its person is `<tenant>#<phone token>`. */
export const STOP_FACT = "stop";

/** Partition key of the rows of a person, or of a phone, in one chain. */
export const personKey = (tenantId: string, token: string): string => `${tenantId}#${token}`;

/** Sort key of a fact: a person has one row of it. */
export function factKey(content: FactContent): string {
  if (content.kind === "consent") return `consent#${content.channel}`;
  return content.kind === "alias" ? `alias#${content.other}` : content.kind;
}

/** Whether `a` replaces `b`, both being the same kind of fact. */
export function isNewer(a: VaultFact, b: VaultFact): boolean {
  if (a.occurredAt !== b.occurredAt) return a.occurredAt > b.occurredAt;
  if (a.content.kind === "consent" && b.content.kind === "consent" && a.content.granted !== b.content.granted) {
    return b.content.granted;
  }
  return a.eventId > b.eventId;
}

/** The newest of the facts; undefined when there is none. */
export const newest = (facts: readonly VaultFact[]): VaultFact | undefined =>
  facts.reduce<VaultFact | undefined>(
    (best, fact) => (best === undefined || isNewer(fact, best) ? fact : best),
    undefined,
  );

/** Of each person's facts the newest of each kind: what a batch has to write. */
export function newestFacts(facts: readonly VaultFact[]): VaultFact[] {
  const kept = new Map<string, VaultFact>();
  for (const fact of facts) {
    const key = `${fact.person}|${factKey(fact.content)}`;
    const other = kept.get(key);
    if (other === undefined || isNewer(fact, other)) kept.set(key, fact);
  }
  return [...kept.values()];
}

const NEWER = "attribute_not_exists(person) OR occurred_at < :occurred_at OR (occurred_at = :occurred_at AND ";

/** `isNewer` as DynamoDB checks it against the row that is there. */
export function newerCondition({ occurredAt, eventId, content }: VaultFact) {
  const values = { ":occurred_at": { S: occurredAt }, ":event_id": { S: eventId } };
  if (content.kind !== "consent") {
    return { ConditionExpression: `${NEWER}event_id < :event_id)`, ExpressionAttributeValues: values };
  }
  const tie = content.granted
    ? "granted = :true AND event_id < :event_id"
    : "(granted = :true OR event_id < :event_id)";
  return { ConditionExpression: `${NEWER}${tie})`, ExpressionAttributeValues: { ...values, ":true": { BOOL: true } } };
}

/** The row of a fact. */
export function factItem({ person, occurredAt, eventId, content }: VaultFact): Record<string, AttributeValue> {
  return {
    person: { S: person },
    fact: { S: factKey(content) },
    occurred_at: { S: occurredAt },
    event_id: { S: eventId },
    ...contentItem(content),
  };
}

function contentItem(content: FactContent): Record<string, AttributeValue> {
  switch (content.kind) {
    case "phone":
      return { phone: { S: content.phone }, phone_token: { S: content.phoneToken } };
    case "name":
      return { name: { S: content.name } };
    case "alias":
      return { other_kind: { S: content.otherKind } };
    case "consent":
      return {
        granted: { BOOL: content.granted },
        ...(content.textVersion === undefined ? {} : { text_version: { S: content.textVersion } }),
      };
  }
}

/** The fact in a row; undefined for a row that is no fact of a person, such as a stop. */
export function factOf(item: Record<string, AttributeValue>): VaultFact | undefined {
  const [kind, ...rest] = (item.fact?.S ?? "").split("#");
  const content = contentOf(kind, rest.join("#"), item);
  if (content === undefined) return undefined;
  return {
    person: item.person?.S ?? "",
    occurredAt: item.occurred_at?.S ?? "",
    eventId: item.event_id?.S ?? "",
    content,
  };
}

function contentOf(
  kind: string | undefined,
  of: string,
  item: Record<string, AttributeValue>,
): FactContent | undefined {
  if (kind === "phone" && item.phone?.S !== undefined && item.phone_token?.S !== undefined) {
    return { kind, phone: item.phone.S, phoneToken: item.phone_token.S };
  }
  if (kind === "name" && item.name?.S !== undefined) return { kind, name: item.name.S };
  if (kind === "alias") return { kind, other: of, otherKind: item.other_kind?.S === "cpf" ? "cpf" : "loyalty" };
  if (kind === "consent" && (of === "all" || CHANNELS.some((channel) => channel === of))) {
    // A row that does not say so clearly is no consent.
    const granted = item.granted?.BOOL === true && of !== "all";
    return { kind, channel: of as Channel | "all", granted, textVersion: item.text_version?.S };
  }
  return undefined;
}
