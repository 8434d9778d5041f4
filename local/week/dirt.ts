// What real tills and integrations get wrong, a handful of each: every line here has its place in the night's balance.
import { uuid } from "../made-up/draw";
import { cpfOf } from "../made-up/person";
import { at, type Line } from "./line";

/** A line with the instant at which it lies in the file. */
interface Timed {
  readonly time: number;
  readonly text: string;
}

const sale = (word: string, changes: object = {}): Line => ({
  chain: "mercado-aurora",
  contract: "purchase",
  event: {
    event_id: uuid("week", "dirt", word),
    event_type: "sale",
    occurred_at: at(3, 12, 15),
    store_id: "centro",
    items: [{ sku: "2001", name: "Leite integral 1 l", quantity: 2, unit_price: 5.19 }],
    ...changes,
  },
});

/** Rejected: each breaks one rule of its contract or of the platform. */
const rejected = (): Line[] => [
  sale("a CPF with wrong check digits", { cpf: "12345678900" }),
  sale("a CPF of equal digits", { cpf: "111.111.111-11" }),
  sale("an unknown attribute", { cashier_mood: "good" }),
  sale("a wrong type", { items: [{ sku: "2001", quantity: "2", unit_price: 5.19 }] }),
  sale("nothing bought", { items: [] }),
  sale("a price with five decimals", { items: [{ sku: "3001", quantity: 1, unit_price: 6.98765 }] }),
  sale("a time without an offset", { occurred_at: "2026-11-12T12:15:00" }),
  sale("a day that does not exist", { occurred_at: "2026-11-31T12:15:00-03:00" }),
  sale("a till that lives in 2036", { occurred_at: "2036-11-12T12:15:00-03:00" }),
  sale("a chain in the body", { tenant_id: "rede-horizonte" }),
  { ...sale("a contract nobody knows"), contract: "voucher" },
  {
    chain: "rede-horizonte",
    contract: "shopper",
    event: {
      event_id: uuid("week", "dirt", "a consent without a channel"),
      event_type: "consent_granted",
      occurred_at: at(3, 12, 20),
      store_id: "loja-1",
      cpf: cpfOf(1001),
    },
  },
];

/** Accepted, and treated in the night: the same again, the same id with another content, the same instant elsewhere. */
const repeated = (clean: readonly Line[]): Line[] => {
  const sales = clean.filter(({ contract, event }) => contract === "purchase" && event.event_type === "sale");
  const pick = (place: number): Line => {
    const line = sales[place];
    if (!line) throw new Error(`the week has no sale ${place}`);
    return line;
  };
  const duplicates = [10, 60, 110, 160, 210].map(pick);
  const inUtc = pick(40);
  const shouted = pick(41);
  const [first, second] = [pick(80), pick(81)];
  const other = [{ sku: "1002", quantity: 9, unit_price: 8.49 }];
  return [
    ...duplicates,
    { ...inUtc, event: { ...inUtc.event, occurred_at: new Date(inUtc.event.occurred_at).toISOString() } },
    { ...shouted, event: { ...shouted.event, event_id: shouted.event.event_id.toUpperCase() } },
    { ...first, event: { ...first.event, items: other } },
    { ...second, event: { ...second.event, items: other } },
  ];
};

/** Accepted late: two sales of a store that was offline since September, one older than anything the model reads. */
const late = (): Line[] => [
  {
    ...sale("offline since September", { occurred_at: "2026-09-16T10:00:00-03:00", cpf: cpfOf(1) }),
    received_at: at(6, 10, 0),
  },
  {
    ...sale("offline since September too", { occurred_at: "2026-09-18T18:30:00-03:00", cpf: cpfOf(2) }),
    received_at: at(6, 10, 0),
  },
  {
    ...sale("found in a drawer", { occurred_at: "2026-07-01T09:00:00-03:00", cpf: cpfOf(2) }),
    received_at: at(6, 11, 0),
  },
];

/** Not even a line that can be sent. */
const unusable = [
  '{"chain": "mercado-aurora", "contract": "purchase", "event": {"event_id": ',
  '{"contract":"purchase","event":{}}',
];

/** The dirt of the week, each line at its time. */
export const dirt = (clean: readonly Line[]): Timed[] => {
  const noon = Date.parse(at(3, 12, 15));
  const timeOf = ({ received_at, event }: Line) => Date.parse(received_at ?? event.occurred_at);
  const inTheWeek = (line: Line) => (timeOf(line) <= Date.parse(at(6, 23, 0)) ? timeOf(line) : noon) || noon;
  return [
    ...[...rejected(), ...late()].map((line) => ({ time: inTheWeek(line), text: JSON.stringify(line) })),
    // A retry comes a moment after the first attempt.
    ...repeated(clean).map((line) => ({ time: timeOf(line) + 1, text: JSON.stringify(line) })),
    ...unusable.map((text) => ({ time: noon, text })),
  ];
};
