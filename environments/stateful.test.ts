// What holds something has a fixed address in the state, so that no rename of a construct makes Terraform destroy it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App, type TerraformStack, Testing } from "cdktf";
import { accountsOf, BootstrapStack } from "../bootstrap/bootstrap-stack";
import { type Clone, cloneFixture } from "../modules/shared/clone-fixture";
import { packageRoot, SOURCE_ROOT } from "../modules/shared/source-root";
import type { Block } from "../modules/shared/synth-fixture";
import { ENVIRONMENTS } from "./all";
import { PlatformStack } from "./platform-stack";

const STATEFUL: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(join(packageRoot(), "environments", "stateful.json"), "utf8"),
);
// For types that no environment has yet.
const NOT_YET = ["aws_kinesis_stream"];

let clone: Clone;
let stacks: readonly (readonly [name: string, json: Block])[];
beforeAll(() => {
  clone = cloneFixture();
  const app = new App({ context: { [SOURCE_ROOT]: clone.root } });
  const platforms = ENVIRONMENTS.map((environment) => new PlatformStack(app, environment));
  const accounts = accountsOf(ENVIRONMENTS).map((account) => new BootstrapStack(new App(), account));
  const all: TerraformStack[] = [...platforms, ...accounts];
  stacks = all.map((stack) => [stack.node.id, JSON.parse(Testing.synth(stack))]);
});
afterAll(() => clone.remove());

/** Addresses of stateful resources that end in the hash of a construct's path, as cdktf makes them up. */
const madeUp = (json: Block): string[] =>
  Object.keys(STATEFUL).flatMap((type) =>
    Object.keys(json.resource[type] ?? {})
      .filter((name) => /_[0-9A-F]{8}$/.test(name))
      .map((name) => `${type}.${name}`),
  );

test("every stateful resource of every environment and account has a fixed address", () => {
  expect(stacks.map(([name, json]) => [name, madeUp(json)])).toEqual(stacks.map(([name]) => [name, []]));
});

test("each stateful type is in use, and its address is made up where nobody fixes it", () => {
  for (const type of Object.keys(STATEFUL).filter((type) => !NOT_YET.includes(type))) {
    const [, json] = stacks.find(([, { resource }]) => type in resource) ?? [];
    expect({ type, used: json !== undefined }).toEqual({ type, used: true });
    const [block] = Object.values(json?.resource[type] ?? {});
    const forgotten = { resource: { [type]: { "lake_in-bucket_bucket_0A1B2C3D": block } } };
    expect(madeUp(forgotten)).toEqual([`${type}.lake_in-bucket_bucket_0A1B2C3D`]);
  }
});

test("what lies at a fixed address keeps it when every module is called otherwise", () => {
  const [, json] = stacks.find(([name]) => name === "prod")!;
  const names = Object.keys(STATEFUL).flatMap((type) => Object.keys(json.resource[type] ?? {}));
  const modules = /^(lake|ingestion|mwaa-orchestration|dispatch|alarm-topic|budget|dashboard)_/;
  expect(names.filter((name) => modules.test(name))).toEqual([]);
});
