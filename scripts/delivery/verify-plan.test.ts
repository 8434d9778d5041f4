// Before CI gets the role that may change something, plan, record and commit are held against each other, byte by byte.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { strToU8, zipSync } from "fflate";
import { evaluate, runScript } from "../script-fixture";

const CONFIGURATION = '{"resource": {}}';
let folder: string;
const at = (...names: string[]) => path.join(folder, ...names);
const git = (...args: string[]) => execFileSync("git", args, { cwd: folder, encoding: "utf8" }).trim();
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const digest = (): string => evaluate("delivery/stack-digest.mjs", "it.stackDigest(given)", at("stack")) as string;

/** A plan file as Terraform writes it, with this configuration inside. */
const planned = (configuration: string) =>
  zipSync({ tfplan: strToU8("changes"), "tfconfig/m-/cdk.tf.json": strToU8(configuration) });

function write(plan: Uint8Array, difference: object = {}) {
  const record = {
    environment: "prod",
    tree: git("rev-parse", "HEAD^{tree}"),
    stack: digest(),
    plan: sha256(plan),
    changed: true,
    review: { headline: "1 to add, 0 to change, 0 to destroy" },
    ...difference,
  };
  mkdirSync(at("reviewed"), { recursive: true });
  writeFileSync(at("reviewed", "plan"), plan);
  writeFileSync(at("reviewed", "record.json"), JSON.stringify(record));
  return record;
}

function verify(env: Record<string, string> = {}) {
  const GITHUB_OUTPUT = at("output");
  writeFileSync(GITHUB_OUTPUT, "");
  const given = { PATH: process.env.PATH, GITHUB_OUTPUT, ...env };
  const ended = runScript("delivery/verify-plan.mjs", ["prod", "stack", "reviewed"], folder, given);
  return { ...ended, output: readFileSync(GITHUB_OUTPUT, "utf8") };
}

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "verify-"));
  mkdirSync(at("stack", "assets"), { recursive: true });
  writeFileSync(at("stack", "cdk.tf.json"), CONFIGURATION);
  writeFileSync(at("stack", "assets", "sender.zip"), "a bundle");
  git("init", "--quiet");
  writeFileSync(at("main.ts"), "a source");
  git("add", "main.ts");
  git("-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "--quiet", "-m", "one");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("the reviewed plan passes, and later steps are told to apply it", () => {
  const { plan } = write(planned(CONFIGURATION));
  for (const SHOWN of ["", `${"0".repeat(64)} ${plan}`]) {
    const { code, said, output } = verify({ SHOWN });
    expect({ code, output }).toEqual({ code: 0, output: "changed=true\n" });
    expect(said).toBe(`prod gets the plan ${plan}: 1 to add, 0 to change, 0 to destroy.\n`);
  }
});

test("an empty plan says that there is nothing to change, and nothing is applied", () => {
  write(planned(CONFIGURATION), { changed: false });
  const { code, said, output } = verify();
  expect({ code, output }).toEqual({ code: 0, output: "changed=false\n" });
  expect(said).toBe("Nothing to change in prod: the reviewed plan is empty.\n");
});

test.each<[string, string, () => Record<string, string> | undefined]>([
  [
    "one byte of an asset is another",
    "synthesizes",
    () => void writeFileSync(at("stack", "assets", "sender.zip"), "a bundlf"),
  ],
  ["an asset is missing", "synthesizes", () => rmSync(at("stack", "assets", "sender.zip")) as undefined],
  ["the plan file is another", "SHA-256", () => void writeFileSync(at("reviewed", "plan"), planned("{}"))],
  ["plan and record are another's", "configuration inside", () => void write(planned("{}"))],
  ["the comment shows another", "does not show", () => ({ SHOWN: "0".repeat(64) })],
  [
    "main holds another tree",
    "tree",
    () => {
      writeFileSync(at("main.ts"), "another source");
      git("-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "--quiet", "-am", "two");
      return undefined;
    },
  ],
])("it is refused when %s, in one line that says what to do", (_what, word, spoil) => {
  write(planned(CONFIGURATION));
  const { code, said, output } = verify({ GITHUB_ACTIONS: "true", ...spoil() });
  expect({ code, output }).toEqual({ code: 1, output: "" });
  expect(said).toMatch(/^::error::prod is not deployed: .*: run the workflow `plan` by hand .*\n$/);
  expect(said).toContain(word);
});

test("a stack's digest knows names and bytes, and not what Terraform leaves beside them", () => {
  const before = digest();
  mkdirSync(at("stack", ".terraform"));
  writeFileSync(at("stack", ".terraform", "provider"), "x");
  writeFileSync(at("stack", ".terraform.lock.hcl"), "x");
  expect(digest()).toBe(before);
  writeFileSync(at("stack", "assets", "other.zip"), "");
  expect(digest()).not.toBe(before);
});
