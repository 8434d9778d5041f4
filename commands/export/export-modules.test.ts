// A team without CDKTF gets folders that Terraform can call as modules: nothing in them belongs to a root module, to
// another folder or to the machine that wrote them.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dev } from "../../environments/dev";
import { type Clone, cloneFixture } from "../../modules/shared/clone-fixture";
import { exportModules } from "./export-modules";
import { typeOf } from "./module-variable";
import { plainModule } from "./plain-module";

let clone: Clone;
let out: string;
let names: readonly string[];
beforeAll(() => {
  clone = cloneFixture();
  out = mkdtempSync(join(tmpdir(), "export-test-"));
  names = exportModules(dev, out, clone.root);
});
afterAll(() => {
  clone.remove();
  rmSync(out, { recursive: true, force: true });
});

/** All configuration of a module, as Terraform would merge it. */
function read(name: string) {
  const files = readdirSync(join(out, name)).filter((file) => file.endsWith(".tf.json"));
  const parts = files.map((file) => JSON.parse(readFileSync(join(out, name, file), "utf8")));
  return Object.assign({}, ...parts);
}

test("a module has neither provider nor backend, and takes any provider of the major that it was made for", () => {
  expect(names).toEqual(["alarm-topic", "lake", "ingestion", "mwaa-orchestration", "dispatch"]);
  for (const name of names) {
    const { terraform, provider } = read(name);
    expect(provider).toBeUndefined();
    expect(terraform).toEqual({
      required_version: ">= 1.11",
      required_providers: { aws: { source: "hashicorp/aws", version: ">= 6.25, < 7" } },
    });
  }
});

test("every file that a module names lies in its own folder", () => {
  const found = names.flatMap((name) => {
    const text = JSON.stringify(read(name));
    expect(text).not.toMatch(/"assets\//);
    expect(text).not.toContain(tmpdir());
    return [...text.matchAll(/"\$\{path\.module\}\/([^"]+)"/g)].map(([, file]) => join(out, name, file!));
  });
  expect(found.length).toBeGreaterThan(20);
  expect(found.filter((file) => !existsSync(file))).toEqual([]);
});

test("what neighbours give is a variable, and every variable is used", () => {
  const variables = Object.fromEntries(names.map((name) => [name, Object.keys(read(name).variable ?? {}).sort()]));
  expect(variables).toEqual({
    "alarm-topic": [],
    lake: [],
    ingestion: ["alarm_topic_arn", "buckets", "catalog"],
    "mwaa-orchestration": ["alarm_topic_arn", "buckets"],
    dispatch: ["alarm_topic_arn", "buckets", "shoppers"],
  });
  for (const name of names) {
    const { variable, ...rest } = read(name);
    const used = [...JSON.stringify(rest).matchAll(/\bvar\.(\w+)/g)].map(([, found]) => found);
    expect([...new Set(used)].sort()).toEqual(Object.keys(variable ?? {}).sort());
  }
});

test("variables and outputs keep the names that a caller writes", () => {
  expect(Object.keys(read("lake").output).sort()).toEqual(["buckets", "catalog"]);
  expect(Object.keys(read("ingestion").output).sort()).toEqual(["shoppers", "url"]);
  expect(Object.keys(read("dispatch").output)).toEqual(["callback_url"]);
  expect(Object.keys(read("mwaa-orchestration").output)).toEqual(["environment_name"]);
});

test("the ids of a network that is there are a variable", () => {
  const privateSubnetIds = ["subnet-0000000000000000a", "subnet-0000000000000000b"];
  const ids = { vpcId: "vpc-00000000000000001", privateSubnetIds, securityGroupIds: ["sg-00000000000000001"] };
  const elsewhere = join(out, "existing");
  exportModules({ ...dev, network: { kind: "existing", ...ids } }, elsewhere, clone.root);
  const { variable, ...rest } = read("existing/mwaa-orchestration");
  expect(variable.network.type).toBe(
    "object({ vpcId = string, privateSubnetIds = tuple([string, string]), securityGroupIds = tuple([string]) })",
  );
  const text = JSON.stringify(rest);
  for (const id of [ids.vpcId, ...privateSubnetIds, ...ids.securityGroupIds]) expect(text).not.toContain(id);
  expect(text).toContain("var.network.privateSubnetIds.1");
});

test("the page names every variable and output of every module", () => {
  const page = readFileSync(join(__dirname, "..", "..", "docs", "modules.md"), "utf8");
  for (const name of names) {
    const row =
      page
        .slice(page.indexOf("## Without CDKTF"))
        .split("\n")
        .find((line) => line.startsWith(`| \`${name}\` |`)) ?? "";
    const { variable = {}, output = {} } = read(name);
    for (const named of Object.keys({ ...variable, ...output })) expect(row).toContain(`\`${named}\``);
  }
});

test("an environment that is refused writes nothing, and says all that is wrong", () => {
  const wrong = { ...dev, logRetentionDays: 8, night: { ...dev.night, windowDays: 0 } };
  const refused = join(out, "refused");
  expect(() => exportModules(wrong, refused, clone.root)).toThrow(/logRetentionDays.*windowDays/s);
  expect(existsSync(refused)).toBe(false);
});

test("a shape is written as Terraform writes types", () => {
  const shape = { name: "string", subnets: ["string", "string"], key: { arn: "string" } } as const;
  const type = "object({ name = string, subnets = tuple([string, string]), key = object({ arn = string }) })";
  expect(typeOf(shape)).toBe(type);
});

test("a variable whose name only begins like one that is used is none", () => {
  const json = {
    terraform: {},
    variable: { bucket: {}, buckets: {} },
    resource: { a: { b: { c: "var.buckets.in" } } },
  };
  expect(plainModule(JSON.stringify(json))["variables.tf.json"]).toEqual({ variable: { buckets: {} } });
});
