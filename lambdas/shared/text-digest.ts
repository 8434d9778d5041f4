// A message is known again by its text without the text being kept.
import { createHash } from "node:crypto";

/** 128 bits of the SHA-256 of a message's text, in hexadecimal. */
export const textDigest = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 32);
