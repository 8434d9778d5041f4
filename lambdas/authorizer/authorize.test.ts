import fc from "fast-check";
import { authorize, writeKeyOf } from "./authorize";

const contracts = ["v1/coupon", "v1/operator", "v1/purchase", "v2/purchase"];
const arn = "arn:aws:execute-api:sa-east-1:123456789012:abc123/live/POST/v1/events/purchase";
const key = { tenantId: "azul", keyId: "azul-1", status: "active", scopes: ["*"] } as const;
const chain = { tenantId: "azul", status: "active" } as const;

/** What API Gateway makes of a policy: a deny wins. */
function allows(scopes: readonly string[], route: string, method = "POST"): boolean {
  const { Statement } = authorize({ ...key, scopes }, chain, arn, contracts)!.policyDocument;
  const resource = `${arn.split("/").slice(0, 2).join("/")}/${method}/${route}`;
  const matches = (pattern: string) => new RegExp(`^${pattern.replaceAll("*", ".*")}$`).test(resource);
  const of = (effect: string) => Statement.filter((each) => each.Effect === effect && each.Resource.some(matches));
  return of("Allow").length > 0 && of("Deny").length === 0;
}

describe("a write key", () => {
  it("of every contract may post any, known or not yet", () => {
    for (const route of ["v1/events/purchase", "v9/events/delivery"]) expect(allows(["*"], route)).toBe(true);
    expect(allows(["*"], "v1/events/purchase", "GET")).toBe(false);
  });

  it("of some contracts may post them and what is unknown, which the collector keeps, but no other known one", () => {
    fc.assert(
      fc.property(fc.subarray(contracts), (scopes) => {
        for (const scope of contracts) {
          expect(allows(scopes, scope.replace("/", "/events/"))).toBe(scopes.includes(scope));
        }
        expect(allows(scopes, "v1/events/unknown")).toBe(true);
      }),
    );
  });

  it("gets one policy whichever route was asked for first: it is cached for all of them", () => {
    const other = arn.replace("/v1/events/purchase", "/v7/events/x");
    const policyOf = (each: string) => authorize({ ...key, scopes: ["v1/coupon"] }, chain, each, contracts);
    expect(policyOf(other)).toEqual(policyOf(arn));
  });

  it("lets nobody in when it or its chain is revoked, unknown or another's", () => {
    expect(authorize(undefined, chain, arn, contracts)).toBeUndefined();
    expect(authorize({ ...key, status: "revoked" }, chain, arn, contracts)).toBeUndefined();
    expect(authorize(key, undefined, arn, contracts)).toBeUndefined();
    expect(authorize(key, { ...chain, status: "revoked" }, arn, contracts)).toBeUndefined();
    expect(authorize(key, { ...chain, tenantId: "verde" }, arn, contracts)).toBeUndefined();
  });

  it("is counted for its chain's tier by the chain's metering key, whichever of its write keys it is", () => {
    const metered = { ...chain, meteringKey: "metering-key-of-azul" };
    for (const keyId of ["azul-1", "azul-2"]) {
      const { usageIdentifierKey } = authorize({ ...key, keyId }, metered, arn, contracts)!;
      expect(usageIdentifierKey).toBe("metering-key-of-azul");
    }
    expect(authorize(key, chain, arn, contracts)).not.toHaveProperty("usageIdentifierKey");
  });

  it("tells the collector whose events they are and by which key they came", () => {
    expect(authorize({ ...key, scopes: ["v1/coupon", "v1/operator"] }, chain, arn, contracts)!.context).toEqual({
      tenant_id: "azul",
      key_id: "azul-1",
      scopes: "v1/coupon v1/operator",
    });
  });
});

describe("an Authorization header", () => {
  it.each([
    ["Bearer abc-DEF_123", "abc-DEF_123"],
    ["bearer   abc ", "abc"],
  ])("%j holds the key %j", (header, writeKey) => {
    expect(writeKeyOf(header)).toBe(writeKey);
  });

  it.each([
    undefined,
    "",
    "abc",
    "Basic abc",
    "Bearer",
    "Bearer ",
    "Bearer a b",
    "Bearer é",
    `Bearer ${"x".repeat(257)}`,
  ])("%j holds none", (header) => {
    expect(writeKeyOf(header)).toBeUndefined();
  });
});
