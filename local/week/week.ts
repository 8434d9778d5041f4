// The made-up supermarket week that ships: always the same bytes, two chains, and a natural handful of dirt.
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { below, oneOf, uuid } from "../made-up/draw";
import { type Chain, chains, type Product } from "./catalogue";
import { dirt } from "./dirt";
import { at, type Line, sunday } from "./line";
import { purchaseLines } from "./purchases";
import { type Shopper, shoppers } from "./shoppers";

/** The business date of the week, a Sunday; the next day is a day on which messages are sent. */
export const businessDate = sunday;

const catalogueLines = (chain: Chain): Line[] => {
  const event = (type: string, item: Product, occurred: string, changes: object): Line => ({
    chain: chain.name,
    contract: "product",
    event: {
      event_id: uuid("week", chain.name, type, item.sku),
      event_type: type,
      occurred_at: occurred,
      store_id: "matriz",
      sku: item.sku,
      name: item.name,
      unit_price: item.price,
      department: item.department,
      ...changes,
    },
  });
  const found = (sku: string): Product => {
    const item = chain.products.find((one) => one.sku === sku);
    if (!item) throw new Error(`${chain.name} has no product ${sku}`);
    return item;
  };
  const [first] = chain.products;
  return [
    ...chain.products.map((item) => event("listed", item, at(0, 6, 0), { in_stock: true })),
    ...(first
      ? [event("updated", first, at(2, 6, 30), { unit_price: Math.round(first.price * 90) / 100, in_stock: true })]
      : []),
    event("delisted", found(chain.delisted), at(4, 22, 0), {}),
    event("updated", found(chain.outOfStock), at(5, 21, 30), { in_stock: false }),
  ];
};

const registrationLines = (shopper: Shopper): Line[] => {
  const { chain, number, consent } = shopper;
  const minute = below(50, "registered", chain.name, number);
  const identity = {
    ...(shopper.cpf && { cpf: shopper.cpf }),
    ...(shopper.loyaltyId && { loyalty_id: shopper.loyaltyId }),
  };
  const event = (type: string, hour: number, fields: object): Line => ({
    chain: chain.name,
    contract: "shopper",
    event: {
      event_id: uuid("week", chain.name, "shopper", number, type, hour),
      event_type: type,
      occurred_at: at(0, hour, minute),
      store_id: oneOf(chain.stores, "registered at", chain.name, number),
      ...identity,
      ...fields,
    },
  });
  const granted = (channel: string) => event("consent_granted", 8, { channel, consent_text_version: "2026-03" });
  const lines = [event("registered", 7, { ...(shopper.phone && { phone: shopper.phone }), name: shopper.name })];
  if (consent === "whatsapp") lines.push(granted("whatsapp"));
  else if (consent !== "none") lines.push(granted("sms"));
  if (consent === "sms revoked") lines.push(event("consent_revoked", 19, { channel: "sms" }));
  if (consent === "all revoked") lines.push(event("consent_revoked", 20, {}));
  return lines;
};

const couponAndOperatorLines = (chain: Chain): Line[] => {
  const event = (contract: string, type: string, occurred: string, fields: object, ...words: string[]): Line => ({
    chain: chain.name,
    contract,
    event: {
      event_id: uuid("week", chain.name, contract, type, ...words),
      event_type: type,
      occurred_at: occurred,
      store_id: chain.stores[0],
      ...fields,
    },
  });
  const coupons = shoppers
    .filter((shopper) => shopper.chain === chain && shopper.cpf && shopper.number < 8)
    .flatMap(({ number, cpf, favourites: [favourite] }) => {
      const fields = { coupon: `VOLTE-${number}`, cpf, ...(favourite && { sku: favourite.sku }) };
      const issued = event("coupon", "issued", at(1, 10, number), fields, String(number));
      return number % 2 === 0
        ? [issued, event("coupon", "redeemed", at(3, 18, number), fields, String(number))]
        : [issued];
    });
  return [
    ...coupons,
    event("operator", "novo_operador", at(0, 7, 30), { operator: `${chain.name}-op-4` }),
    event("operator", "operador_removido", at(4, 20, 30), { operator: `${chain.name}-op-2` }),
  ];
};

/** The lines of the week, in the order of their time; the dirt lies where it happened. */
export const weekLines = (): string[] => {
  const clean = [
    ...chains.flatMap(catalogueLines),
    ...shoppers.flatMap(registrationLines),
    ...shoppers.flatMap(purchaseLines),
    ...chains.flatMap(couponAndOperatorLines),
  ];
  const timed = clean.map((line) => ({
    time: Date.parse(line.received_at ?? line.event.occurred_at),
    text: JSON.stringify(line),
  }));
  return [...timed, ...dirt(clean)].sort((one, other) => one.time - other.time).map(({ text }) => text);
};

/** Writes the week as an events file, whole or not at all; gives the number of its lines. */
export const writeWeek = (file: string): number => {
  const lines = weekLines();
  mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, `${lines.join("\n")}\n`);
  renameSync(temporary, file);
  return lines.length;
};
