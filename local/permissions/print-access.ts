// Prints, as JSON, what the synthesized stack lets each role do, and which of it no run can exercise: for the proofs of
// the night's own roles, which are written in Python.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repositoryRoot } from "../lambda/repository-root";
import { loadPlatform } from "../loader/load-platform";
import { loadKeys, loadSecrets } from "../loader/load-storage";
import { readStack, type Stack } from "../loader/stack";
import { partOf, permissionsOf } from "./permission";
import { isAbout, readUnproven } from "./unproven";

const ACCOUNT_ID = "123456789012";

const namedArns = (stack: Stack): ReadonlyMap<string, string> =>
  new Map(
    [...loadKeys(stack), ...loadSecrets(stack)].map(({ address }) => [
      address,
      `arn:aws:kms:${stack.region}:${ACCOUNT_ID}:key/${address}`,
    ]),
  );

const root = repositoryRoot();
const folder = mkdtempSync(join(tmpdir(), "access-"));
try {
  execFileSync(process.execPath, [join(root, "dist/main.js"), "local"], {
    cwd: root,
    env: { ...process.env, CDKTF_OUTDIR: folder },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const stack = readStack(join(folder, "stacks/local"));
  const { access } = loadPlatform(stack, {
    accountId: ACCOUNT_ID,
    region: stack.region,
    awsUrl: "http://127.0.0.1:0",
    twilioUrl: "http://127.0.0.1:0",
    apiUrl: () => "http://127.0.0.1:0",
    createdArns: namedArns(stack),
  });
  const rows = readUnproven(root);
  const unproven = permissionsOf(access).filter((each) => rows.some((row) => isAbout(row, partOf(each.role), each)));
  process.stdout.write(`${JSON.stringify({ access, unproven })}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
