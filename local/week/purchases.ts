// What the shoppers of the made-up week buy: mostly their favourites, on some days, at some hour the store is open.
import { below, fraction, happens, oneOf, uuid } from "../made-up/draw";
import { punctuated } from "../made-up/person";
import type { Product } from "./catalogue";
import { at, type Line } from "./line";
import type { Shopper } from "./shoppers";

/** By CPF, by loyalty number, by both, or (a few) by nobody: as shoppers do at the till. */
const identityAtTheTill = (shopper: Shopper, visit: number): object => {
  const words = [shopper.chain.name, shopper.number, visit] as const;
  if (happens(0.06, "anonymous", ...words)) return {};
  const byCard = shopper.loyaltyId && (!shopper.cpf || happens(0.3, "by card", ...words));
  if (byCard) return { loyalty_id: shopper.loyaltyId };
  const cpf = shopper.cpf && (happens(0.2, "dots", ...words) ? punctuated(shopper.cpf) : shopper.cpf);
  const both = shopper.loyaltyId && happens(0.3, "both", ...words);
  return { ...(cpf && { cpf }), ...(both && { loyalty_id: shopper.loyaltyId }) };
};

const weighted = (products: readonly Product[], ...words: readonly (string | number)[]): Product => {
  let left = fraction(...words) * products.reduce((total, { weight }) => total + weight, 0);
  const found = products.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
  return found ?? oneOf(products, ...words);
};

const basket = (shopper: Shopper, visit: number): Product[] => {
  const words = [shopper.chain.name, shopper.number, visit] as const;
  const taken = Array.from({ length: 1 + below(6, "size", ...words) }, (_, place) =>
    happens(0.6, "favourite?", place, ...words)
      ? oneOf(shopper.favourites, "favourite", place, ...words)
      : weighted(shopper.chain.products, "other", place, ...words),
  );
  return [...new Set(taken)];
};

/** Every purchase of a shopper in the week, and what was brought back. */
export const purchaseLines = (shopper: Shopper): Line[] =>
  Array.from({ length: shopper.visits }, (_, visit): Line[] => {
    const { chain, number } = shopper;
    const words = [chain.name, number, visit] as const;
    const day = below(7, "day", ...words);
    const [hour, minute, second] = [
      9 + below(12, "hour", ...words),
      below(60, "minute", ...words),
      below(60, "second", ...words),
    ];
    const items = basket(shopper, visit).map((item) => ({
      sku: item.sku,
      name: item.name,
      quantity:
        item.name.endsWith(" 1 kg") && happens(0.5, "weighed", item.sku, ...words)
          ? (25 + below(150, "grams", item.sku, ...words)) / 100
          : 1 + below(3, "pieces", item.sku, ...words),
      unit_price: item.price,
    }));
    const common = {
      store_id: oneOf(chain.stores, "store", ...words),
      ...identityAtTheTill(shopper, visit),
      ...(happens(0.7, "region", ...words) && { region: chain.region }),
    };
    const sale: Line = {
      chain: chain.name,
      contract: "purchase",
      event: {
        event_id: uuid("week", ...words),
        event_type: "sale",
        occurred_at: at(day, hour, minute, second),
        ...common,
        items,
      },
      // A till that was offline for two hours.
      ...(happens(0.04, "offline", ...words) && { received_at: at(day, hour + 2, minute, second) }),
    };
    if (!happens(0.03, "returned", ...words)) return [sale];
    const back = {
      event_id: uuid("week", "return", ...words),
      event_type: "return",
      occurred_at: at(day, hour, minute, second, 45),
    };
    return [sale, { chain: chain.name, contract: "purchase", event: { ...back, ...common, items: items.slice(0, 1) } }];
  }).flat();
