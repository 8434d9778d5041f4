// A personal value leaves the collector only as a token: the same value of the same chain gives the same token, and
// without the chain's key nobody can find the value by trying them all.
import { createHmac, hkdfSync, type KeyObject } from "node:crypto";

/** A kind of personal value that has a token. */
export type TokenKind = "cpf" | "loyalty" | "phone";

/** Bytes of the secret that all chains' keys are made of. */
export const MASTER_KEY_BYTES = 32;

/** The chain's own key: HKDF-SHA256 of the secret and the tenant id, 32 bytes. */
export function tenantKey(master: Buffer, tenantId: string): Buffer {
  return Buffer.from(hkdfSync("sha256", master, "", `mercafacil/token/v1/${tenantId}`, 32));
}

/** HMAC-SHA-256 of `cpf:<11 digits>`, `loyalty:<id>` or `phone:<E.164>`: 64 hexadecimal digits. */
export function token(key: Buffer | KeyObject, kind: TokenKind, value: string): string {
  return createHmac("sha256", key).update(`${kind}:${value}`).digest("hex");
}

/** The secret's bytes out of its JSON, `{"token_key":"<base64 of 32 bytes>"}`. Throws without quoting it. */
export function parseTokenSecret(secret: string | undefined): Buffer {
  const key = Buffer.from(tokenKeyOf(secret) ?? "", "base64");
  if (key.length === MASTER_KEY_BYTES) return key;
  throw new Error(
    `The token secret: received ${key.length} bytes, expected {"token_key":"<base64 of ${MASTER_KEY_BYTES} bytes>"}; fill it.`,
  );
}

function tokenKeyOf(secret: string | undefined): string | undefined {
  try {
    const parsed = JSON.parse(secret ?? "") as { token_key?: unknown } | null;
    return typeof parsed?.token_key === "string" ? parsed.token_key : undefined;
  } catch {
    return undefined;
  }
}
