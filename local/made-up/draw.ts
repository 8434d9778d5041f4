// Makes things up from words: the same words give the same number, UUID or choice, on every machine and in every run.
import { createHash } from "node:crypto";

type Words = readonly (string | number)[];

const digest = (words: Words): Buffer => createHash("sha256").update(JSON.stringify(words)).digest();

/** A number from 0 (included) to 1 (excluded), even over the range. */
export const fraction = (...words: Words): number => digest(words).readUIntBE(0, 6) / 2 ** 48;

/** A whole number from 0 to `limit` - 1. */
export const below = (limit: number, ...words: Words): number => Math.floor(fraction(...words) * limit);

/** One of the choices. */
export const oneOf = <T>(choices: readonly T[], ...words: Words): T => {
  const choice = choices[below(choices.length, ...words)];
  if (choice === undefined) throw new Error("there is nothing to choose from");
  return choice;
};

/** Whether something happens that happens in this share of the cases. */
export const happens = (share: number, ...words: Words): boolean => fraction(...words) < share;

/** A UUID in the layout of version 4. */
export const uuid = (...words: Words): string => {
  const bytes = digest(words).subarray(0, 16);
  bytes[6] = (bytes.readUInt8(6) & 0x0f) | 0x40;
  bytes[8] = (bytes.readUInt8(8) & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
};
