// Turns a Dunnhumby sample into events of our contracts, in the order of their time.

import * as shop from "./made-up-shop";
import type { Basket, SampleProduct } from "./sample";

/** One line of an events file. */
export interface EventLine {
  readonly chain: string;
  readonly contract: "product" | "shopper" | "purchase";
  readonly event: { readonly occurred_at: string } & Readonly<Record<string, unknown>>;
}

/** The contract takes at most so many items in one purchase. */
const maximumItems = 500;
const dayMilliseconds = 86_400_000;

/** A time of a day of the sample, where `until` is the date of its newest day; São Paulo keeps one offset all year. */
const instant = (until: string, daysBefore: number, second: number): string => {
  const local = Date.parse(`${until}T00:00:00Z`) - daysBefore * dayMilliseconds + second * 1000;
  return new Date(local).toISOString().replace(".000Z", "-03:00");
};

/** The products a chain sells, all listed at one instant so that they travel together. */
const productLines = (
  chain: string,
  skus: readonly string[],
  products: ReadonlyMap<string, SampleProduct>,
  at: string,
): EventLine[] =>
  skus.map((sku) => {
    const department = products.get(sku)?.department.slice(0, 64);
    return {
      chain,
      contract: "product",
      event: {
        event_id: shop.eventId("product", chain, sku),
        event_type: "listed",
        occurred_at: at,
        store_id: "central",
        sku,
        name: shop.nameOf(sku, products.get(sku)),
        unit_price: shop.priceOf(sku),
        ...(department && { department }),
        in_stock: true,
      },
    };
  });

/** A shopper registers, allows what they allow, and some take it back. */
const shopperLines = (shopper: number, at: (minute: number) => string): EventLine[] => {
  const { chain, home, cpf, loyaltyId, phone, name, consent } = shop.personOf(shopper);
  const identity = { ...(cpf && { cpf }), ...(loyaltyId && { loyalty_id: loyaltyId }) };
  const line = (type: string, minute: number, fields: object): EventLine => ({
    chain,
    contract: "shopper",
    event: {
      event_id: shop.eventId("shopper", shopper, type),
      event_type: type,
      occurred_at: at(minute),
      store_id: home,
      ...identity,
      ...fields,
    },
  });
  const lines = [line("registered", 0, { ...(phone && { phone }), name })];
  const channel = consent === "whatsapp" ? "whatsapp" : "sms";
  if (consent !== "none") lines.push(line("consent_granted", 1, { channel, consent_text_version: "2026-01" }));
  if (consent === "revoked") lines.push(line("consent_revoked", 2, { channel }));
  return lines;
};

/** The purchases of one basket: one, or several when it holds more items than a purchase may. */
const purchaseLines = (basket: Basket, products: ReadonlyMap<string, SampleProduct>, at: string): EventLine[] => {
  const person = shop.personOf(basket.shopper);
  const items = [...basket.items].map(([sku, rows]) => ({
    sku,
    name: shop.nameOf(sku, products.get(sku)),
    quantity: shop.quantityOf(basket, sku, rows),
    unit_price: shop.priceOf(sku),
  }));
  return Array.from({ length: Math.ceil(items.length / maximumItems) }, (_, part) => ({
    chain: person.chain,
    contract: "purchase",
    event: {
      event_id: shop.eventId("purchase", basket.basketId, part),
      event_type: "sale",
      occurred_at: at,
      store_id: shop.storeOf(person, basket),
      ...shop.identityAt(person, basket),
      items: items.slice(part * maximumItems, (part + 1) * maximumItems),
    },
  }));
};

/**
 * The events of a sample.
 * @param baskets in the order of their days
 * @param until the date, yyyy-MM-dd, of the newest day
 */
export function* sampleEvents(
  baskets: readonly Basket[],
  products: ReadonlyMap<string, SampleProduct>,
  until: string,
): Generator<EventLine> {
  const [first, last] = [baskets[0]?.day ?? 1, baskets.at(-1)?.day ?? 1];
  const opening = (minute: number) => instant(until, last - first, 5 * 3600 + minute * 60);
  const skus = new Map<string, Set<string>>(shop.chains.map(({ name }) => [name, new Set<string>()]));
  for (const { shopper, items } of baskets)
    for (const sku of items.keys()) skus.get(shop.personOf(shopper).chain)?.add(sku);
  for (const [chain, found] of skus) yield* productLines(chain, [...found].sort(), products, opening(0));
  const shoppers = [...new Set(baskets.map(({ shopper }) => shopper))].sort((one, other) => one - other);
  const registrations = shoppers.flatMap((shopper) => shopperLines(shopper, (minute) => opening(10 + minute)));
  yield* inOrder(registrations);
  const purchases = baskets.flatMap((basket) =>
    purchaseLines(basket, products, instant(until, last - basket.day, shop.secondOfDay(basket))),
  );
  yield* inOrder(purchases);
}

/** By time (one offset, so text order is time order), then chain, so that what one chain sends at once lies together. */
const inOrder = (lines: readonly EventLine[]): EventLine[] => {
  const key = ({ chain, event }: EventLine) => `${event.occurred_at}|${chain}`;
  return [...lines].sort((one, other) => (key(one) < key(other) ? -1 : Number(key(one) > key(other))));
};
