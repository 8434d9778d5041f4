// A rejected event is kept so that only the replay's role can open it: AES-256-GCM under a data key that is wrapped with
// a public key whose private half never leaves KMS. Whoever writes it, the collector included, cannot read it back.
import { constants, createCipheriv, createDecipheriv, createPublicKey, publicEncrypt, randomBytes } from "node:crypto";

// version (1 byte), length of the wrapped key (2), wrapped key, nonce (12), tag (16), ciphertext; all in base64.
const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const DATA_KEY_BYTES = 32;

/** Seals texts of one request. */
export type Sealer = (text: string) => string;

/**
 * A sealer under `publicKeyDer` (SubjectPublicKeyInfo, as KMS gives it), for one chain: opened for another, it fails.
 * One data key serves a request, since wrapping is what costs; it is made at the first use.
 */
export function createSealer(publicKeyDer: Buffer, tenantId: string): Sealer {
  let ready: { dataKey: Buffer; head: Buffer } | undefined;
  return (text) => {
    ready ??= newDataKey(publicKeyDer);
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", ready.dataKey, nonce).setAAD(Buffer.from(tenantId));
    const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
    return Buffer.concat([ready.head, nonce, cipher.getAuthTag(), sealed]).toString("base64");
  };
}

/** Opens what was sealed; `unwrap` opens the data key (KMS Decrypt with RSAES_OAEP_SHA_256). */
export async function unseal(
  sealed: string,
  tenantId: string,
  unwrap: (wrapped: Buffer) => Promise<Buffer>,
): Promise<string> {
  const bytes = Buffer.from(sealed, "base64");
  if (bytes[0] !== VERSION) throw new Error(`A sealed event of version ${bytes[0]}: expected ${VERSION}.`);
  const nonceAt = 3 + bytes.readUInt16BE(1);
  const tagAt = nonceAt + NONCE_BYTES;
  const dataKey = await unwrap(bytes.subarray(3, nonceAt));
  const decipher = createDecipheriv("aes-256-gcm", dataKey, bytes.subarray(nonceAt, tagAt), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(tenantId)).setAuthTag(bytes.subarray(tagAt, tagAt + TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(tagAt + TAG_BYTES)), decipher.final()]).toString("utf8");
}

function newDataKey(publicKeyDer: Buffer): { dataKey: Buffer; head: Buffer } {
  const key = createPublicKey({ key: publicKeyDer, format: "der", type: "spki" });
  const dataKey = randomBytes(DATA_KEY_BYTES);
  const wrapped = publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" }, dataKey);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(wrapped.length);
  return { dataKey, head: Buffer.concat([Buffer.from([VERSION]), length, wrapped]) };
}
