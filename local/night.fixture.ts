// A small night with everything a chain may send, good and hostile, and what must become of each line of it.
import { hostileContracts, hostileEvents, unusableLines } from "./night-hostile.fixture";
import { type FixtureLine, line, type Outcome, purchase, text, uuid } from "./night-lines.fixture";
import { type Person, people } from "./night-people.fixture";

/** The business date that the lines give: a Tuesday before an ordinary Wednesday. */
export const BUSINESS_DATE = "2025-11-18";
export const OFFER_DATE = "2025-11-19";

/** A day and hours of it with a single purchase each, so that its object in the lake holds a row of mercado-a alone. */
export const DAY_OF_ONE_CHAIN = "2025-11-16";
export const HOURS_OF_ONE_CHAIN = ["08", "10", "12"] as const;

/** The one purchase that is followed from the till to the phone. */
export const FOLLOWED_EVENT = "3f0c1f7e-0000-4000-8000-000000000001";

const skus = ["leite", "arroz", "cafe", "sabao", "pao", "queijo"];
const personal = ({ cpf, loyalty }: Person) => ({ ...(cpf && { cpf }), ...(loyalty && { loyalty_id: loyalty }) });

const catalogue = (): FixtureLine[] =>
  ["mercado-a", "rede-b"].flatMap((chain) =>
    skus.map((sku, place) => {
      const event = {
        event_id: uuid("product", chain, sku),
        event_type: "listed",
        occurred_at: `2025-11-10T06:0${place}:00-03:00`,
        store_id: "matriz",
        sku,
        name: `Produto ${sku}`,
        unit_price: place + 1.5,
        in_stock: true,
      };
      return line(text(chain, "product", event), "used");
    }),
  );

const registration = (person: Person): FixtureLine[] =>
  [["registered"] as const, ...person.consents].map(([type, channel], place) => {
    const event = {
      event_id: uuid("shopper", person.chain, person.name, place),
      event_type: type,
      occurred_at: `2025-11-1${1 + place}T09:00:00-03:00`,
      store_id: "loja-1",
      ...personal(person),
      ...(type === "registered" && { ...(person.phone && { phone: person.phone }), name: person.name }),
      ...(channel && { channel, consent_text_version: "1" }),
    };
    return line(text(person.chain, "shopper", event), "used");
  });

const baskets = (person: Person): FixtureLine[] => {
  const { cpf, loyalty } = person;
  return [0, 1, 2].map((place) => {
    const event = purchase(`${person.name} ${place}`, {
      ...(person === people.delivered && place === 0 && { event_id: FOLLOWED_EVENT }),
      occurred_at: `2025-11-1${4 + place}T19:30:0${place}-03:00`,
      ...(loyalty ? { loyalty_id: loyalty } : { cpf }),
      items: [0, 1].map((step) => ({ sku: skus[(place + step) % skus.length], quantity: 1, unit_price: 2.5 })),
    });
    return line(text(person.chain, "purchase", event), "used");
  });
};

const treatedAtNight = (): FixtureLine[] => {
  const twice = purchase("twice", { cpf: people.delivered.cpf });
  const moved = { ...twice, occurred_at: "2025-11-17T21:20:00Z" };
  const other = purchase("conflict", { cpf: people.delivered.cpf });
  const changed = { ...other, store_id: "loja-2" };
  const onD = { received_at: "2025-11-18T10:00:00-03:00" };
  return [
    line(text("mercado-a", "purchase", twice), "used"),
    line(text("mercado-a", "purchase", twice, onD), "duplicate"),
    line(text("mercado-a", "purchase", moved), "duplicate"),
    line(text("mercado-a", "purchase", other), "used"),
    line(text("mercado-a", "purchase", changed), "conflict"),
    line(text("mercado-a", "purchase", purchase("nobody")), "anonymous"),
    line(text("rede-b", "purchase", purchase("twice")), "anonymous"),
    ...HOURS_OF_ONE_CHAIN.map((hour) => {
      const changes = { occurred_at: `${DAY_OF_ONE_CHAIN}T${hour}:15:00-03:00` };
      return line(text("mercado-a", "purchase", purchase(`at ${hour}`, changes)), "anonymous");
    }),
    line(text("mercado-a", "purchase", purchase("late", { occurred_at: "2025-09-20T12:00:00-03:00" }), onD), "late"),
    line(
      text("mercado-a", "purchase", purchase("long ago", { occurred_at: "2025-05-02T12:00:00-03:00" }), onD),
      "out_of_window",
    ),
    line(
      text("rede-b", "operator", {
        event_id: uuid("operator"),
        event_type: "novo_operador",
        occurred_at: "2025-11-18T08:00:00-03:00",
        store_id: "loja-1",
        operator: "op-1",
      }),
      "other_contract",
    ),
  ];
};

const lines = (): readonly FixtureLine[] => {
  const persons: readonly Person[] = Object.values(people);
  return [
    ...catalogue(),
    ...persons.flatMap(registration),
    ...hostileEvents(),
    ...persons.flatMap(baskets),
    ...treatedAtNight(),
    ...hostileContracts(),
    ...unusableLines(),
    // Fixes the business date; without a line feed at the end of the file.
    line(
      text("mercado-a", "purchase", purchase("the last", { occurred_at: "2025-11-18T20:00:00-03:00" })),
      "anonymous",
    ),
  ];
};

/** The events file: a byte order mark, blank lines, carriage returns, and no line feed at its end. */
export const fixtureFile = (): Buffer =>
  Buffer.concat([
    Buffer.from("\uFEFF\r\n"),
    ...lines().flatMap(({ bytes }, place) => [
      ...(place > 0 ? [Buffer.from(place % 3 === 0 ? "\r\n" : place % 7 === 0 ? "\n\n  \t\n" : "\n")] : []),
      bytes,
    ]),
  ]);

const count = (wanted: (outcome: Outcome) => boolean): number =>
  lines().filter(({ outcome }) => wanted(outcome)).length;
const isOne = (...names: readonly Outcome[]): number => count((outcome) => names.includes(outcome));

/** The truth about the fixture's night. */
export const expectedEvents = () => {
  const codes: Record<string, number> = {};
  for (const { outcome } of lines())
    if (typeof outcome === "object") codes[outcome.rejected] = (codes[outcome.rejected] ?? 0) + 1;
  const kept = count((outcome) => typeof outcome === "object" && outcome.kept);
  const accepted = count((outcome) => typeof outcome === "string");
  const conflicts = isOne("conflict");
  return {
    posted: lines().length,
    accepted,
    rejected: lines().length - accepted,
    rejected_by_code: codes,
    stored: accepted,
    undelivered: 0,
    read: accepted - isOne("out_of_window", "other_contract"),
    out_of_window: isOne("out_of_window"),
    other_contracts: isOne("other_contract"),
    used: isOne("used", "anonymous", "late"),
    duplicates: isOne("duplicate"),
    conflicts,
    set_aside: 0,
    objects_set_aside: 0,
    unreadable_objects: 0,
    late: isOne("late"),
    // The late purchase is nobody's either.
    anonymous: isOne("anonymous", "late"),
    quarantined: kept + conflicts,
  };
};
