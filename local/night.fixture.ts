// A small night with everything a chain may send, good and hostile, and what must become of each line of it.
import { createHash } from "node:crypto";
import { cpfOf, phoneOf } from "./made-up/person";

/** The business date that the lines give: a Tuesday before an ordinary Wednesday. */
export const BUSINESS_DATE = "2025-11-18";
export const OFFER_DATE = "2025-11-19";

/** A day and hours of it with a single purchase each, so that its object in the lake holds a row of mercado-a alone. */
export const DAY_OF_ONE_CHAIN = "2025-11-16";
export const HOURS_OF_ONE_CHAIN = ["08", "10", "12"] as const;

/** What becomes of a line: a code of rejection, or how the night counts it. */
export type Outcome =
  | "used"
  | "anonymous"
  | "late"
  | "duplicate"
  | "conflict"
  | "out_of_window"
  | "other_contract"
  | { readonly rejected: string; readonly kept: boolean };

interface FixtureLine {
  readonly bytes: Buffer;
  readonly outcome: Outcome;
}

/** A person of the fixture. */
export interface Person {
  readonly chain: string;
  readonly cpf?: string;
  readonly loyalty?: string;
  readonly phone?: string;
  readonly name: string;
  readonly consents: readonly (readonly [type: string, channel?: string])[];
}

const granted = ["consent_granted", "sms"] as const;
const shared = phoneOf("fixture", "shared");

/** Who must end how: see `expected`. */
export const people = {
  delivered: {
    chain: "mercado-a",
    cpf: cpfOf(701),
    phone: phoneOf("fixture", 1),
    name: "Zuleica Quaresma",
    consents: [granted],
  },
  byLoyalty: {
    chain: "mercado-a",
    cpf: cpfOf(702),
    loyalty: "CARTAO-77812-X",
    phone: phoneOf("fixture", 2),
    name: "Bonifácio Três-Rios",
    consents: [granted],
  },
  otherChain: {
    chain: "rede-b",
    cpf: cpfOf(701),
    phone: phoneOf("fixture", 3),
    name: "Zuleica Q. Outra",
    consents: [granted],
  },
  silent: {
    chain: "mercado-a",
    cpf: cpfOf(703),
    phone: phoneOf("fixture", 4),
    name: "Hermengarda Silente",
    consents: [],
  },
  revoked: {
    chain: "mercado-a",
    cpf: cpfOf(704),
    phone: phoneOf("fixture", 5),
    name: "Revogaldo Arrependido",
    consents: [granted, ["consent_revoked"]],
  },
  whatsappOnly: {
    chain: "rede-b",
    cpf: cpfOf(705),
    phone: phoneOf("fixture", 6),
    name: "Wanderlândia Zapata",
    consents: [["consent_granted", "whatsapp"]],
  },
  noPhone: { chain: "rede-b", cpf: cpfOf(706), name: "Telésforo Mudo", consents: [granted] },
  firstOfPhone: { chain: "rede-b", cpf: cpfOf(707), phone: shared, name: "Gemelina Primeira", consents: [granted] },
  secondOfPhone: { chain: "rede-b", cpf: cpfOf(708), phone: shared, name: "Gemelina Segunda", consents: [granted] },
} as const satisfies Record<string, Person>;

/** The one purchase that is followed from the till to the phone. */
export const FOLLOWED_EVENT = "3f0c1f7e-0000-4000-8000-000000000001";

/** A shopper known only by what rejected lines said. */
export const rejectedPerson = { cpf: "987.654.321-99", phone: "+5511955550199", name: "Rejeitada da Silva Sauro" };

const uuid = (...words: readonly (string | number)[]): string => {
  const hex = createHash("sha256").update(words.join("|")).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

const skus = ["leite", "arroz", "cafe", "sabao", "pao", "queijo"];
const personal = ({ cpf, loyalty }: Person) => ({ ...(cpf && { cpf }), ...(loyalty && { loyalty_id: loyalty }) });

type Event = Record<string, unknown>;
const text = (chain: string, contract: string, event: unknown, more: object = {}): string =>
  JSON.stringify({ chain, contract, event, ...more });
const line = (value: string | Buffer, outcome: Outcome): FixtureLine => ({
  bytes: Buffer.from(value as string),
  outcome,
});
const rejected = (code: string, value: string | Buffer, kept = true): FixtureLine =>
  line(value, { rejected: code, kept });

const purchase = (word: string, changes: Event = {}): Event => ({
  event_id: uuid("purchase", word),
  event_type: "sale",
  occurred_at: "2025-11-17T18:20:00-03:00",
  store_id: "loja-1",
  items: [{ sku: "leite", name: "Leite 1 l", quantity: 2, unit_price: 5.19 }],
  ...changes,
});

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

const hostileEvents = (): FixtureLine[] => {
  const { cpf, phone, name } = rejectedPerson;
  const sale = (word: string, changes: Event) => text("mercado-a", "purchase", purchase(word, changes));
  const raw = (event: string) => `{"chain":"mercado-a","contract":"purchase","event":${event}}`;
  const deep = (depth: number) => `${'{"a":['.repeat(depth)}${"]}".repeat(depth)}`;
  return [
    rejected("CPF_DIGITS", sale("bad digits", { cpf })),
    rejected("SCHEMA", sale("unknown attribute", { cashier: name })),
    rejected("SCHEMA", sale("a person as an attribute", { [`cpf ${cpf}`]: phone })),
    rejected("SCHEMA", sale("wrong type", { items: [{ sku: "leite", quantity: "1,99", unit_price: 1 }] })),
    rejected("SCHEMA", sale("no offset", { occurred_at: "2025-11-17T18:20:00" })),
    rejected("SCHEMA", sale("no such day", { occurred_at: "2025-11-31T18:20:00-03:00" })),
    rejected("SCHEMA", sale("five decimals", { items: [{ sku: "leite", quantity: 1.00001, unit_price: 1 }] })),
    rejected("SCHEMA", raw(JSON.stringify(purchase("infinite")).replace("5.19", "1e999"))),
    rejected("SCHEMA", raw(JSON.stringify(purchase("its prototype")).replace("{", '{"__proto__":{"a":1},'))),
    rejected("SCHEMA", raw(deep(20_000))),
    rejected("SCHEMA", raw("null")),
    rejected("SCHEMA", raw("[]")),
    rejected("SCHEMA", raw(`"${name}"`)),
    rejected("SCHEMA", '{"chain":"mercado-a","contract":"purchase"}'),
    rejected(
      "SCHEMA",
      text("rede-b", "shopper", { ...purchase("no person"), items: undefined, event_type: "registered", name, phone }),
    ),
    rejected("EVENT_TIME_RANGE", sale("2036", { occurred_at: "2036-01-01T00:00:00Z" })),
    rejected("EVENT_TIME_RANGE", sale("401 days ago", { occurred_at: "2024-10-13T12:00:00-03:00" })),
    rejected("TENANT_IN_BODY", sale("another chain", { tenant_id: "rede-b" })),
    rejected("EVENT_TOO_LARGE", sale("large", { name: name.repeat(12_000) })),
    rejected("BODY_TOO_LARGE", sale("larger", { name: "x".repeat(4_100_000) }), false),
    rejected("HTTP_413", sale("largest", { name: "x".repeat(11_000_000) }), false),
  ];
};

const hostileContracts = (): FixtureLine[] => [
  ...["voucher", "..", ".", "purchase/../../x", "__proto__", "constructor", "contrato çé 💥", "%2e%2e", "?a=b#c"].map(
    (contract) => rejected("UNKNOWN_CONTRACT", text("mercado-a", contract, purchase(contract))),
  ),
  rejected(
    "UNKNOWN_CONTRACT",
    text("mercado-a", rejectedPerson.phone, purchase("a phone", { cpf: people.delivered.cpf })),
  ),
  rejected("UNKNOWN_CONTRACT", `{"chain":"mercado-a","contract":"\\ud800","event":{"name":"${rejectedPerson.name}"}}`),
  rejected("HTTP_403", text("mercado-a", "", purchase("no contract")), false),
  rejected("HTTP_431", text("mercado-a", "x".repeat(20_000), purchase("a long contract")), false),
];

const unusableLines = (): FixtureLine[] =>
  [
    "no JSON at all",
    `{"chain":"mercado-a","contract":"purchase","event":{"cpf":"${rejectedPerson.cpf}"`,
    "[]",
    "null",
    '"text"',
    text("MERCADO", "purchase", purchase("a chain in capitals")),
    text("a".repeat(33), "purchase", purchase("a long chain")),
    JSON.stringify({ contract: "purchase", event: purchase("no chain") }),
    JSON.stringify({ chain: "mercado-a", event: purchase("no contract") }),
    JSON.stringify({ chain: "mercado-a", contract: 1, event: purchase("a contract that is a number") }),
    "\uFEFF\uFEFF{}",
    Buffer.from([0x7b, 0xff, 0xfe, 0x7d]),
  ].map((value) => rejected("LINE", value, false));

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
