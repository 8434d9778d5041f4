// A personal value leaves the collector only as a token: the same value of the same chain gives the same token, and
// without the chain's key nobody can find the value by trying them all.
import { createHmac, hash, hkdfSync } from "node:crypto";

/** A kind of personal value that has a token. */
export type TokenKind = "cpf" | "loyalty" | "phone";

/** Bytes of the secret that all chains' keys are made of. */
export const MASTER_KEY_BYTES = 32;

/** The chain's own key: HKDF-SHA256 of the secret and the tenant id, 32 bytes. */
export function tenantKey(master: Buffer, tenantId: string): Buffer {
  return Buffer.from(hkdfSync("sha256", master, "", `mercafacil/token/v1/${tenantId}`, 32));
}

/** HMAC-SHA-256 of `cpf:<11 digits>`, `loyalty:<id>` or `phone:<E.164>`: 64 hexadecimal digits. */
export function token(key: Buffer, kind: TokenKind, value: string): string {
  return createHmac("sha256", key).update(`${kind}:${value}`).digest("hex");
}

/** `token` under one key, for many values. */
export type Tokenizer = (kind: TokenKind, value: string) => string;

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
// Room for a kind and 64 characters; a longer value goes the plain way.
const SCRATCH_BYTES = 512;

/**
 * The same tokens as `token` gives, for whole batches: HMAC written out (RFC 2104) over Node's one-shot hash, since each
 * Hmac object costs more to collect than to compute.
 */
export function createTokenizer(key: Buffer): Tokenizer {
  const inner = Buffer.alloc(SCRATCH_BYTES);
  const outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES);
  for (let at = 0; at < BLOCK_BYTES; at++) {
    inner[at] = 0x36 ^ (key[at] ?? 0);
    outer[at] = 0x5c ^ (key[at] ?? 0);
  }
  return (kind, value) => {
    const text = `${kind}:${value}`;
    if (key.length > BLOCK_BYTES || text.length * 3 > SCRATCH_BYTES - BLOCK_BYTES) return token(key, kind, value);
    const bytes = inner.write(text, BLOCK_BYTES);
    outer.write(hash("sha256", inner.subarray(0, BLOCK_BYTES + bytes)), BLOCK_BYTES, "hex");
    return hash("sha256", outer);
  };
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
