// What must not be in a synthesized file, for tests that read every file below cdktf.out.
import { readdirSync, readFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { LOCAL_TOKEN_KEY, LOCAL_TWILIO } from "../local/published-secrets";
import { packageRoot } from "../modules/shared/source-root";

// What the local run fills in, though published, and what secrets look like.
const SECRETS = [
  LOCAL_TOKEN_KEY,
  LOCAL_TWILIO.auth_token,
  /AKIA[0-9A-Z]{16}/,
  /-----BEGIN [A-Z ]*PRIVATE KEY/,
  /"(auth_token|token_key|secret_string|password)\\?":\s*\\?"[^"<…\\]{8,}/,
];

/** Every file below a folder, by its path there. */
export function contents(folder: string): Map<string, Buffer> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((file) => join(file.parentPath, file.name)).sort();
  return new Map(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path)]));
}

/** The paths, user and host of this machine that a file holds, beside those that are given. */
export function machineIn(content: Buffer, ...others: readonly string[]): string[] {
  const here = [
    ...others,
    packageRoot(),
    process.cwd(),
    // A short name, such as "dev", is also a word.
    ...[hostname()].filter((name) => name.length > 5),
    `/home/${userInfo().username}`,
    "/root/",
    "/tmp/",
  ];
  return here.filter((text) => content.includes(text));
}

/** The secrets that a file holds, or what looks like one. */
export function secretsIn(content: Buffer): (string | RegExp)[] {
  const text = content.toString("latin1");
  return SECRETS.filter((secret) => (typeof secret === "string" ? text.includes(secret) : secret.test(text)));
}
