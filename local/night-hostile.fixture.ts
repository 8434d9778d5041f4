// The lines of the small night that must be refused: hostile events, contracts that are none, and lines that cannot be sent.
import { type Event, type FixtureLine, purchase, rejected, text } from "./night-lines.fixture";
import { people, rejectedPerson } from "./night-people.fixture";

export const hostileEvents = (): FixtureLine[] => {
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

export const hostileContracts = (): FixtureLine[] => [
  ...["voucher", "..", ".", "purchase/../../x", "__proto__", "constructor", "contrato çé 💥", "%2e%2e", "?a=b#c"].map(
    (contract) => rejected("UNKNOWN_CONTRACT", text("mercado-a", contract, purchase(contract))),
  ),
  rejected(
    "UNKNOWN_CONTRACT",
    text("mercado-a", rejectedPerson.phone, purchase("a phone", { cpf: people.delivered.cpf })),
  ),
  rejected("UNKNOWN_CONTRACT", `{"chain":"mercado-a","contract":"\\ud800","event":{"name":"${rejectedPerson.name}"}}`),
  rejected("HTTP_431", text("mercado-a", "x".repeat(20_000), purchase("a long contract")), false),
];

export const unusableLines = (): FixtureLine[] =>
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
    text("mercado-a", "", purchase("an empty contract")),
    JSON.stringify({ chain: "mercado-a", contract: 1, event: purchase("a contract that is a number") }),
    "\uFEFF\uFEFF{}",
    Buffer.from([0x7b, 0xff, 0xfe, 0x7d]),
  ].map((value) => rejected("LINE", value, false));
