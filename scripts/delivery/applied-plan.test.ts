// What is recorded is what Terraform planned, and what is applied is that, with the providers that planned it.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { strToU8, zipSync } from "fflate";
import { evaluate } from "../script-fixture";

/** A Terraform that ends each command with the given code, writes a plan, and keeps what it was asked. */
const TERRAFORM = `const calls = [];
  const { writeFileSync } = await import("node:fs");
  const terraform = async (args) => {
    calls.push(args.filter((word) => word !== "-no-color").join(" "));
    const out = args.find((word) => word.startsWith("-out="));
    if (out) writeFileSync(out.slice(5), "a plan");
    return { code: given.codes[args[0]] ?? 0, said: "{}" };
  };`;

let folder: string;
const at = (name: string) => path.join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "applied-"));
  mkdirSync(at("stack"));
  mkdirSync(at("out"));
  writeFileSync(at("stack/cdk.tf.json"), "{}");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ask = <T>(module: string, call: string, codes: object) =>
  evaluate(
    `delivery/${module}`,
    `(async () => { ${TERRAFORM} const result = await ${call}; return { result, calls }; })()`,
    {
      codes,
      folder: at("stack"),
      out: at("out"),
      file: at("plan"),
    },
  ) as { result: T; calls: string[] };

describe("a record", () => {
  const record = (codes: object) =>
    ask<{ changed: boolean; plan: string; environment: string } | null>(
      "plan-record.mjs",
      'it.recordPlan({ terraform, folder: given.folder, out: given.out, identity: { environment: "dev" } })',
      codes,
    );

  test("holds whether the plan does anything, without a lock that the role could not take", () => {
    const { result, calls } = record({ plan: 2 });
    expect(result).toMatchObject({ environment: "dev", changed: true });
    expect(calls[1]).toBe(`plan -lock=false -detailed-exitcode -out=${at("out/plan")}`);
    expect(record({}).result!.changed).toBe(false);
    expect(JSON.parse(readFileSync(at("out/record.json"), "utf8")).changed).toBe(false);
  });

  test.each(["init", "plan", "show"])("is not there when %s fails, so that nothing is deployed by it", (command) => {
    expect(record({ [command]: 1 }).result ?? null).toBeNull();
    expect(existsSync(at("out/record.json"))).toBe(false);
  });
});

describe("a deploy", () => {
  beforeEach(() => writeFileSync(at("plan"), zipSync({ ".terraform.lock.hcl": strToU8("its providers") })));
  const apply = (codes: object) =>
    ask<string | null>(
      "applied-plan.mjs",
      'it.applyPlan({ terraform, environment: "dev", folder: given.folder, file: given.file })',
      codes,
    );

  test("applies that plan with the providers that made it", () => {
    const { result, calls } = apply({});
    expect(result ?? null).toBeNull();
    expect(calls).toEqual(["init -lockfile=readonly", `apply ${at("plan")}`]);
    expect(readFileSync(at("stack/.terraform.lock.hcl"), "utf8")).toBe("its providers");
  });

  test("that Terraform refuses, or that breaks off, says how to plan anew; one that never began, how to begin again", () => {
    expect(apply({ apply: 1 }).result).toMatch(
      /^The plan of dev is not, or not wholly, applied .* run the workflow `plan` by hand/,
    );
    const { result, calls } = apply({ init: 1 });
    expect(result).toMatch(/^dev is untouched: .* run the failed jobs again/);
    expect(calls).toHaveLength(1);
  });
});
