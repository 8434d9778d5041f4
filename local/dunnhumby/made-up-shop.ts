// Makes up what the sample does not have (chains, stores, people, prices, quantities, times), always the same from the ids.
import { below, fraction, happens, oneOf, uuid } from "../made-up/draw";
import { cpfOf, phoneOf } from "../made-up/person";
import type { Basket, SampleProduct } from "./sample";

/** The chains among which the sample's shoppers are divided, with their stores. */
export const chains = [
  { name: "rede-norte", stores: ["n-01", "n-02", "n-03", "n-04"] },
  { name: "rede-sul", stores: ["s-01", "s-02", "s-03"] },
] as const;

export type ChainName = (typeof chains)[number]["name"];

/** What a shopper allowed, and whether it still holds. */
export type Consent = "sms" | "whatsapp" | "revoked" | "none";

/** A person made from the sample's shopper number. */
export interface Person {
  readonly chain: ChainName;
  readonly home: string;
  readonly cpf?: string;
  readonly loyaltyId?: string;
  readonly phone?: string;
  readonly name: string;
  readonly consent: Consent;
}

const consentOf = (shopper: number): Consent => {
  const draw = fraction("dunnhumby consent", shopper);
  if (draw < 0.85) return "sms";
  if (draw < 0.9) return "whatsapp";
  return draw < 0.95 ? "revoked" : "none";
};

/** The person behind a shopper number: known by CPF, loyalty number or both; most with a phone and consent to SMS. */
export const personOf = (shopper: number): Person => {
  const chain = oneOf(chains, "dunnhumby chain", shopper);
  const known = fraction("dunnhumby known by", shopper);
  const phone = happens(0.95, "dunnhumby phone", shopper) ? phoneOf("dunnhumby", shopper) : undefined;
  return {
    chain: chain.name,
    home: oneOf(chain.stores, "dunnhumby home", shopper),
    name: `Pessoa ${shopper}`,
    consent: consentOf(shopper),
    ...(known >= 0.06 && { cpf: cpfOf(shopper) }),
    ...(known < 0.75 && { loyaltyId: `${chain.name}-${String(shopper).padStart(6, "0")}` }),
    ...(phone && { phone }),
  };
};

/** How the shopper was known at the till: a third of the purchases of a card holder are by loyalty number only. */
export const identityAt = (person: Person, basket: Basket): { cpf?: string; loyalty_id?: string } => {
  const { cpf, loyaltyId } = person;
  if (loyaltyId && (!cpf || happens(1 / 3, "dunnhumby by card", basket.basketId))) return { loyalty_id: loyaltyId };
  return {
    ...(cpf && { cpf }),
    ...(loyaltyId && happens(0.5, "dunnhumby both", basket.basketId) && { loyalty_id: loyaltyId }),
  };
};

/** The store of a basket: mostly the one near home. */
export const storeOf = (person: Person, basket: Basket): string => {
  if (happens(0.8, "dunnhumby near home", basket.basketId)) return person.home;
  const stores = chains.find(({ name }) => name === person.chain)?.stores ?? [person.home];
  return oneOf(stores, "dunnhumby store", basket.basketId);
};

/** Pieces or packs of an item: its rows in the sample, most often once. */
export const quantityOf = (basket: Basket, sku: string, rows: number): number =>
  rows *
  (happens(0.8, "dunnhumby quantity", basket.basketId, sku) ? 1 : 2 + below(2, "dunnhumby more", basket.basketId, sku));

/** Price of a product in reais, R$ 1,99 to R$ 79,99: many cheap ones, few dear ones. */
export const priceOf = (sku: string): number =>
  (Math.floor(1.99 * 40 ** fraction("dunnhumby price", sku)) * 100 + 99) / 100;

/** A name a shopper can read. */
export const nameOf = (sku: string, product: SampleProduct | undefined): string => {
  const kind = product?.type || product?.category || product?.department || `ITEM ${sku}`;
  return [kind, product?.size].filter(Boolean).join(" ");
};

/**
 * Seconds after midnight of a basket: the store is open from 8 to 22. Baskets fall in an hour's first ten minutes, so that
 * a sample of few baskets a day fills a few delivered objects instead of opening one for each basket.
 */
export const secondOfDay = (basket: Basket): number =>
  (8 + below(14, "dunnhumby hour", basket.basketId)) * 3600 + below(600, "dunnhumby time", basket.basketId);

/** The event id of one made-up event. */
export const eventId = (...words: readonly (string | number)[]): string => uuid("dunnhumby", ...words);
