// Gives every object key a path below the out folder that any file system takes and that leads nowhere else.
import { createHash } from "node:crypto";

// File systems take 255 bytes a name.
const MAXIMUM_NAME = 200;

const safeName = (segment: string): string => {
  if (segment === "") return "%";
  const encoded = segment.replace(/[^A-Za-z0-9._=,+@-]/gu, (found) =>
    encodeURIComponent(found).replace(/[*'()!~]/g, hex),
  );
  const named = encoded.replace(/^\.+$/, (dots) => dots.replaceAll(".", "%2E"));
  if (named.length <= MAXIMUM_NAME) return named;
  return `${named.slice(0, MAXIMUM_NAME)}%${createHash("sha256").update(segment).digest("hex").slice(0, 16)}`;
};

const hex = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

/** The path of `key`, relative to its bucket's folder. `folders` are the keys' own folders: a key named as one gets a mark. */
export const exportPath = (key: string, folders: ReadonlySet<string>): string => {
  const path = key.split("/").map(safeName).join("/");
  return folders.has(key) ? `${path}%object` : path;
};

/** Every proper prefix of `keys` that ends before a slash. */
export const foldersOf = (keys: Iterable<string>): ReadonlySet<string> => {
  const folders = new Set<string>();
  for (const key of keys)
    for (let at = key.indexOf("/"); at >= 0; at = key.indexOf("/", at + 1)) folders.add(key.slice(0, at));
  return folders;
};
