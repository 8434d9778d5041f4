// One line of OUT is read in one place, and what is not exactly such a line is not one.
import type { NamedOffer } from "./message-text";

/** A line of OUT, as far as dispatch needs it. */
export type OutLine = {
  readonly recommendationId: string;
  readonly tenantId: string;
  readonly shopperId: string;
  readonly offerDate: string;
  readonly offers: readonly NamedOffer[];
};

const SHOPPER = /^[0-9a-f]{64}$/;
const UUID5 = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const isOffer = (offer: unknown): offer is NamedOffer => {
  if (typeof offer !== "object" || offer === null) return false;
  const { sku, name } = offer as Record<string, unknown>;
  return typeof sku === "string" && typeof name === "string";
};

/** The line in `text`, or undefined when it is not a line of OUT. */
export function parseOutLine(text: string): OutLine | undefined {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof document !== "object" || document === null) return undefined;
  const line = document as Record<string, unknown>;
  const { recommendation_id, tenant_id, shopper_id, offer_date, offers } = line;
  if (typeof recommendation_id !== "string" || !UUID5.test(recommendation_id)) return undefined;
  if (typeof shopper_id !== "string" || !SHOPPER.test(shopper_id)) return undefined;
  if (typeof tenant_id !== "string" || typeof offer_date !== "string") return undefined;
  if (!Array.isArray(offers) || !offers.every(isOffer)) return undefined;
  return {
    recommendationId: recommendation_id,
    tenantId: tenant_id,
    shopperId: shopper_id,
    offerDate: offer_date,
    offers,
  };
}
