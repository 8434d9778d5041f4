import { chainItem, chainOf, keyItem, keyOf, keyRowId, newWriteKey } from "./clients";

const row = { tenantId: "azul", keyId: "azul-1", status: "active", scopes: ["v1/purchase", "v1/shopper"] } as const;

describe("a row of the clients table", () => {
  it("gives back the key and the chain that it was made of", () => {
    expect(keyOf(keyItem("secret", row))).toEqual(row);
    expect(chainOf(chainItem({ tenantId: "azul", status: "revoked" }))).toEqual({
      tenantId: "azul",
      status: "revoked",
    });
  });

  it("never holds the write key", () => {
    const key = newWriteKey();
    expect(JSON.stringify(keyItem(key, row))).not.toContain(key);
    expect(Buffer.from(key, "base64url")).toHaveLength(32);
    expect(keyRowId(key)).not.toBe(keyRowId(newWriteKey()));
  });

  it("of a chain is read back as it was written, with a metering key and without", () => {
    for (const chain of [
      { tenantId: "azul", status: "active" },
      { tenantId: "azul", status: "revoked", meteringKey: "m" },
    ] as const)
      expect(chainOf(chainItem(chain))).toEqual(chain);
  });

  it("lets nobody in when it is not whole, or says anything but active", () => {
    const item = keyItem("secret", row);
    expect(keyOf(undefined)).toBeUndefined();
    expect(chainOf(undefined)).toBeUndefined();
    for (const name of ["tenant_id", "key_id", "scopes"])
      expect(keyOf({ ...item, [name]: { NULL: true } })).toBeUndefined();
    expect(keyOf({ ...item, tenant_id: { S: "azul#verde" } })).toBeUndefined();
    for (const status of [undefined, { S: "ACTIVE" }, { BOOL: true }]) {
      expect(keyOf({ ...item, status: status as never })?.status).toBe("revoked");
    }
  });
});
