import fc from "fast-check";
import { createTokenizer, parseTokenSecret, tenantKey, token } from "./tokens";

const master = Buffer.from("0123456789abcdef0123456789abcdef");

describe("a token", () => {
  it("is the published construction: HKDF-SHA256, then HMAC-SHA-256 over kind and value", () => {
    // Computed by an independent implementation (Python's hmac, RFC 5869 by hand).
    expect(tenantKey(master, "mercado-azul").toString("hex")).toBe(
      "a50bd28931c90ccf3cbf8595e6964db3dd59525afb6d8b7394012d1dfd599aa8",
    );
    expect(token(tenantKey(master, "mercado-azul"), "cpf", "52998224725")).toBe(
      "cffd92d07e4af9786208c6380a4a1de18b4fc8961df54b9d110d06bfd4ab4123",
    );
  });

  it("differs between chains, kinds and values, and only between them", () => {
    const value = fc.string({ maxLength: 12 });
    const tenant = fc.stringMatching(/^[a-z0-9-]{1,8}$/);
    const kind = fc.constantFrom("cpf", "loyalty", "phone");
    fc.assert(
      fc.property(tenant, kind, value, tenant, kind, value, (tenantA, kindA, valueA, tenantB, kindB, valueB) => {
        const same = tenantA === tenantB && kindA === kindB && valueA === valueB;
        const a = token(tenantKey(master, tenantA), kindA as "cpf", valueA);
        const b = token(tenantKey(master, tenantB), kindB as "cpf", valueB);
        expect(a === b).toBe(same);
        expect(a).toMatch(/^[0-9a-f]{64}$/);
      }),
    );
  });

  it("is the same made one by one or by the batch, whatever came before, of any text and any key", () => {
    const value = fc.oneof(fc.string({ unit: "binary", maxLength: 200 }), fc.stringMatching(/^[0-9]{11}$/));
    const key = fc.uint8Array({ minLength: 1, maxLength: 80 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(key, fc.array(value, { minLength: 1, maxLength: 5 }), (secret, values) => {
        const tokenizer = createTokenizer(secret);
        for (const each of values) expect(tokenizer("loyalty", each)).toBe(token(secret, "loyalty", each));
      }),
      { numRuns: 300 },
    );
  });

  it.each([undefined, "", "null", "{}", '{"token_key":5}', '{"token_key":"c2hvcnQ="}'])(
    "is not made with the secret %j, which is not quoted",
    (secret) => {
      expect(() => parseTokenSecret(secret)).toThrow(/token_key/);
      expect(() => parseTokenSecret('{"token_key":"c2hvcnQ="}')).toThrow(/^((?!c2hvcnQ).)*$/s);
    },
  );

  it("is made with the bytes that the secret holds", () => {
    expect(parseTokenSecret(JSON.stringify({ token_key: master.toString("base64") }))).toEqual(master);
  });
});
