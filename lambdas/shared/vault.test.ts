import fc from "fast-check";
import { createTable, type Moto, startMoto } from "../moto-fixture";
import { dynamoDb } from "./aws-clients";
import { factsOfPerson, foldPerson, readPerson, writeFact } from "./vault";
import {
  type FactContent,
  factItem,
  factOf,
  isNewer,
  newest,
  newestFacts,
  personKey,
  type VaultFact,
} from "./vault-facts";

const TENANT = "azul";
const [CPF, OTHER_CPF, CARD] = ["c".repeat(64), "d".repeat(64), "e".repeat(64)];

const at = (second: number) => `2026-11-22T10:00:0${second}.000Z`;
const eventId = (digit: number) => `0000000${digit}-0000-4000-8000-000000000000`;

function fact(token: string, second: number, content: FactContent, id = 1): VaultFact {
  return { person: personKey(TENANT, token), occurredAt: at(second), eventId: eventId(id), content };
}
const phone = (number: string): FactContent => ({ kind: "phone", phone: number, phoneToken: `token of ${number}` });
const consent = (channel: "sms" | "whatsapp" | "all", granted: boolean): FactContent => ({
  kind: "consent",
  channel,
  granted,
});
const alias = (other: string, otherKind: "cpf" | "loyalty"): FactContent => ({ kind: "alias", other, otherKind });
const linked = (second: number, cpf = CPF) => [
  fact(cpf, second, alias(CARD, "loyalty")),
  fact(CARD, second, alias(cpf, "cpf")),
];

/** A vault in memory that keeps the newest of each kind of fact. */
const reader = (facts: readonly VaultFact[]) => async (token: string) =>
  newestFacts(facts).filter(({ person }) => person === personKey(TENANT, token));

const anyContent = fc.oneof(
  fc.constantFrom("+5511900000001", "+5511900000002").map(phone),
  fc
    .record({ channel: fc.constantFrom("sms" as const, "whatsapp" as const), granted: fc.boolean() })
    .map((each) => consent(each.channel, each.granted)),
  fc.constant(consent("all", false)),
);
const anyFact = fc
  .record({ token: fc.constantFrom(CPF, CARD), second: fc.integer({ min: 1, max: 3 }), content: anyContent })
  .chain((each) => fc.integer({ min: 1, max: 9 }).map((id) => fact(each.token, each.second, each.content, id)));

describe("what holds for a person", () => {
  it("does not depend on the order in which it was said", () => {
    fc.assert(
      fc.property(fc.array(anyFact, { maxLength: 8 }), fc.integer(), (facts, seed) => {
        fc.pre(new Set(facts.map(({ eventId: id }) => id)).size === facts.length);
        const shuffled = [...facts].sort(
          (a, b) => ((a.eventId.charCodeAt(7) * seed) % 7) - ((b.eventId.charCodeAt(7) * seed) % 7),
        );
        expect(foldPerson(shuffled)).toEqual(foldPerson(facts));
        expect(foldPerson(newestFacts(facts))).toEqual(foldPerson(facts));
      }),
    );
  });

  it("is no consent unless the newest word about the channel is a grant", () => {
    expect(foldPerson([]).consents).toEqual({ sms: false, whatsapp: false });
    expect(foldPerson([fact(CPF, 1, consent("sms", true))]).consents).toEqual({ sms: true, whatsapp: false });
    const revoked = [fact(CPF, 1, consent("sms", true)), fact(CPF, 2, consent("sms", false))];
    expect(foldPerson(revoked).consents.sms).toBe(false);
    expect(foldPerson([...revoked, fact(CPF, 3, consent("sms", true))]).consents.sms).toBe(true);
  });

  it("is a revocation for every channel when the revocation names none, until a later grant", () => {
    const facts = [
      fact(CPF, 1, consent("sms", true)),
      fact(CPF, 1, consent("whatsapp", true)),
      fact(CPF, 2, consent("all", false)),
    ];
    expect(foldPerson(facts).consents).toEqual({ sms: false, whatsapp: false });
    expect(foldPerson([...facts, fact(CPF, 3, consent("sms", true))]).consents).toEqual({ sms: true, whatsapp: false });
  });

  it("is the revocation when both were said at the same instant, whatever the events' ids", () => {
    for (const [grant, revoke] of [
      [1, 2],
      [2, 1],
    ] as const) {
      const facts = [fact(CPF, 1, consent("sms", true), grant), fact(CPF, 1, consent("sms", false), revoke)];
      expect(foldPerson(newestFacts(facts)).consents.sms).toBe(false);
      expect(foldPerson([facts[0]!, fact(CPF, 1, consent("all", false), revoke)]).consents.sms).toBe(false);
    }
  });
});

describe("a person with a CPF and a loyalty number", () => {
  const said = [fact(CARD, 1, phone("+5511900000001")), fact(CARD, 1, consent("sms", true)), ...linked(2)];

  it.each([CPF, CARD])("is found under either, with what was said under the other (%#)", async (token) => {
    expect(foldPerson(await factsOfPerson(reader(said), token))).toEqual({
      phone: "+5511900000001",
      phoneToken: "token of +5511900000001",
      consents: { sms: true, whatsapp: false },
    });
    const revoked = [...said, fact(CPF, 3, consent("sms", false))];
    expect(foldPerson(await factsOfPerson(reader(revoked), token)).consents.sms).toBe(false);
  });

  it("counts what was said under a card for each CPF that the card was given with", async () => {
    const moved = [...said, ...linked(5, OTHER_CPF)];
    expect(foldPerson(await factsOfPerson(reader(moved), CPF)).phone).toBe("+5511900000001");
    expect(foldPerson(await factsOfPerson(reader(moved), OTHER_CPF)).phone).toBe("+5511900000001");
  });

  it("is nobody's when nothing was ever said", async () => {
    expect(foldPerson(await factsOfPerson(reader(said), OTHER_CPF))).toEqual({
      consents: { sms: false, whatsapp: false },
    });
  });
});

describe("a row", () => {
  it("gives back the fact that it was made of", () => {
    const contents = fc.oneof(
      anyContent,
      fc.constant(alias(CARD, "loyalty")),
      fc.constant<FactContent>({ kind: "name", name: "Ana" }),
    );
    fc.assert(
      fc.property(contents, (content) => {
        expect(factOf(factItem(fact(CPF, 1, content)))).toEqual(fact(CPF, 1, content));
      }),
    );
  });

  it("is no consent when it does not say so, and no fact when it is a stop", () => {
    const row = {
      person: { S: "p" },
      fact: { S: "consent#sms" },
      occurred_at: { S: at(1) },
      event_id: { S: eventId(1) },
    };
    expect(factOf(row)?.content).toEqual(consent("sms", false));
    expect(factOf({ ...row, fact: { S: "consent#all" }, granted: { BOOL: true } })?.content).toEqual(
      consent("all", false),
    );
    expect(factOf({ ...row, fact: { S: "stop" } })).toBeUndefined();
    expect(factOf({ ...row, fact: { S: "consent#fax" }, granted: { BOOL: true } })).toBeUndefined();
  });
});

describe("the vault on DynamoDB", () => {
  const table = "mercafacil-test-vault";
  let moto: Moto;
  beforeAll(async () => {
    moto = await startMoto();
    await createTable(dynamoDb(), table, "person", "fact");
  }, 60_000);
  afterAll(() => moto.stop());

  it("keeps the newest of each kind, whatever the order of writing and however often", async () => {
    const client = dynamoDb();
    let tenants = 0;
    const facts = fc.uniqueArray(anyFact, { minLength: 1, maxLength: 6, selector: ({ eventId: id }) => id });
    await fc.assert(
      fc.asyncProperty(facts, async (said) => {
        const tenant = `t${++tenants}`;
        const moved = said.map((each) => ({ ...each, person: personKey(tenant, CPF) }));
        for (const each of [...moved, ...moved.slice().reverse()]) await writeFact(client, table, each);
        expect(await readPerson(client, table, tenant, CPF)).toEqual(foldPerson(moved));
      }),
      { numRuns: 15 },
    );
  }, 60_000);

  it("reads a person of many pages whole, and none of another chain", async () => {
    const client = dynamoDb();
    const long = { textVersion: "x".repeat(380_000) };
    const said = [
      ...(["all", "sms", "whatsapp"] as const).map((channel) =>
        fact(CPF, channel === "all" ? 1 : 2, { ...consent(channel, channel !== "all"), ...long }, 2),
      ),
      ...linked(1),
      fact(CARD, 1, phone("+5511900000001")),
    ];
    for (const each of said) await writeFact(client, table, each);
    expect(await readPerson(client, table, TENANT, CARD)).toEqual(foldPerson(said));
    expect(await readPerson(client, table, "verde", CARD)).toEqual({ consents: { sms: false, whatsapp: false } });
  }, 60_000);

  it("keeps the revocation of two decisions at one instant, whichever is written first and whatever their ids", async () => {
    const client = dynamoDb();
    const orders = [
      { first: 1, second: 2, granted: true },
      { first: 2, second: 1, granted: true },
      { first: 1, second: 2, granted: false },
      { first: 2, second: 1, granted: false },
    ];
    for (const [index, { first, second, granted }] of orders.entries()) {
      const tie = (id: number, grants: boolean) => ({
        ...fact(CPF, 1, consent("sms", grants), id),
        person: personKey(`tie${index}`, CPF),
      });
      await writeFact(client, table, tie(first, granted));
      await writeFact(client, table, tie(second, !granted));
      expect((await readPerson(client, table, `tie${index}`, CPF)).consents.sms).toBe(false);
    }
  });

  it("says so when it cannot write: a fact is never dropped in silence", async () => {
    await expect(writeFact(dynamoDb(), "no-such-table", fact(CPF, 1, consent("sms", true)))).rejects.toThrow();
  });
});

describe("the newest", () => {
  it("is one, and newer than all the others", () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyFact, { minLength: 1, selector: ({ eventId: id }) => id }), (facts) => {
        const same = facts.map((each) => ({ ...each, content: consent("sms", each.eventId > eventId(4)) }));
        const best = newest(same)!;
        expect(same.filter((each) => each !== best).every((each) => isNewer(best, each))).toBe(true);
      }),
    );
  });
});
