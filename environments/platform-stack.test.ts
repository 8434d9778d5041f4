import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import { AWS_LIMITS } from "../modules/shared/aws-limits";
import { type Clone, cloneFixture } from "../modules/shared/clone-fixture";
import { checkAll } from "../modules/shared/rules";
import { SOURCE_ROOT } from "../modules/shared/source-root";
import { type Synthesized, synthesized } from "../modules/shared/synth-fixture";
import { ENVIRONMENTS } from "./all";
import { dev } from "./dev";
import type { Environment } from "./environment";
import { PlatformStack } from "./platform-stack";
import { contents, machineIn, secretsIn } from "./synthesized-files";

// Types whose names AWS limits by nothing that a name of ours could break.
const UNLIMITED_NAMES = ["aws_api_gateway_rest_api", "aws_api_gateway_authorizer", "aws_api_gateway_usage_plan"];

const clones: Clone[] = [];
function clone(): Clone {
  const made = cloneFixture();
  // Stand-ins where the job and the models are not what is tested.
  made.write("spark/recommend.py", "print('recommend')\n");
  made.write("spark/recommender/__init__.py", "");
  clones.push(made);
  return made;
}
afterAll(() => {
  for (const made of clones) made.remove();
});

/** Synthesizes environments from a clone, into it; returns its cdktf.out. */
function synth({ root }: Clone, environments: readonly Environment[] = ENVIRONMENTS): string {
  const outdir = join(root, "cdktf.out");
  const app = new App({ outdir, context: { [SOURCE_ROOT]: root } });
  for (const environment of environments) new PlatformStack(app, environment);
  checkAll(app);
  app.synth();
  return outdir;
}

let shipped: string;
beforeAll(() => {
  const first = clone();
  first.touch(new Date("2021-03-01T04:05:06Z"));
  shipped = synth(first);
});

const read = (outdir: string, name: string): Synthesized =>
  synthesized(JSON.parse(readFileSync(join(outdir, "stacks", name, "cdk.tf.json"), "utf8")));

test("two clones with other file times give the same bytes, zips included", () => {
  const second = clone();
  second.touch(new Date("2026-11-22T23:59:59Z"));
  const [one, other] = [contents(shipped), contents(synth(second))];
  expect([...other.keys()]).toEqual([...one.keys()]);
  const differing = [...one].filter(([path, content]) => !other.get(path)!.equals(content)).map(([path]) => path);
  expect(differing).toEqual([]);
  expect([...one.keys()].filter((path) => path.endsWith(".zip"))).toHaveLength(ENVIRONMENTS.length * 12);
});

test("a changed handler changes its own zip and no other", () => {
  const changed = clone();
  changed.bundle("planner", "exports.handler = 1;\n");
  const before = contents(shipped);
  const zips = [...contents(synth(changed, [dev])).keys()].filter((path) => path.endsWith(".zip"));
  expect(zips.filter((path) => !before.has(path)).map((path) => path.split("/").at(-1))).toEqual([
    expect.stringMatching(/^planner\.[0-9a-f]{32}\.zip$/),
  ]);
});

test("a new contract file gives one stream, one table and one route to it, and changes no code", () => {
  const after = clone();
  const document = JSON.parse(readFileSync(join(after.root, "contracts/coupon/v1.json"), "utf8"));
  document.properties.shelf = { type: "integer", description: "Shelf that was looked at." };
  document.properties.region = { type: "string", enum: ["n", "s"], "x-partition": true, description: "Region." };
  after.write("contracts/visit/v1.json", JSON.stringify({ ...document, title: "Visit" }));
  const [five, six] = [read(shipped, "dev"), read(synth(after, [dev]), "dev")];

  for (const type of Object.keys(six.resource)) {
    const added = Object.keys(six.resource[type]!).filter((name) => !(name in (five.resource[type] ?? {})));
    const expected: Record<string, string[]> = {
      aws_kinesis_firehose_delivery_stream: ["stream_visit"],
      aws_glue_catalog_table: ["events_visit"],
      aws_cloudwatch_log_stream: [expect.stringContaining("visit")],
      // What waits, is throttled, does not fit or opens too many partitions.
      aws_cloudwatch_metric_alarm: Array.from({ length: 4 }, () => expect.stringContaining("visit")),
    };
    expect({ type, added }).toEqual({ type, added: expected[type] ?? [] });
  }
  const { storage_descriptor: descriptor, partition_keys: keys } = six.one("aws_glue_catalog_table", { name: "visit" });
  expect(descriptor.columns).toContainEqual({ name: "shelf", type: "bigint" });
  expect(keys.map(({ name }: { name: string }) => name)).toEqual(["event_date", "event_hour", "event_type", "region"]);
  const { extended_s3_configuration: s3 } = six.one("aws_kinesis_firehose_delivery_stream", {
    name: "mercafacil-dev-visit",
  });
  expect(s3.prefix).toMatch(/^data\/visit\/event_date=.*region=!\{partitionKeyFromQuery:region\}\/$/);
  const streams = (stack: Synthesized): string[] =>
    stack
      .one("aws_lambda_function", { function_name: "mercafacil-dev-collector" })
      .environment.variables.STREAMS.match(/"v1\/\w+"/g);
  expect(streams(six).filter((route) => !streams(five).includes(route))).toEqual(['"v1/visit"']);
});

describe("what is synthesized", () => {
  test("holds no path, user or host of the machine that made it", () => {
    for (const [path, content] of contents(shipped)) {
      expect({ path, found: machineIn(content, ...clones.map(({ root }) => root)) }).toEqual({ path, found: [] });
    }
  });

  test("holds no value of a secret, in no file", () => {
    for (const [path, content] of contents(shipped)) {
      expect({ path, found: secretsIn(content) }).toEqual({ path, found: [] });
    }
    for (const { name } of ENVIRONMENTS) {
      const stack = read(shipped, name);
      expect(Object.keys(stack.resource).filter((type) => /secret_version|api_key|access_key/.test(type))).toEqual([]);
      expect(
        stack
          .all("aws_secretsmanager_secret")
          .map((secret) => secret.name)
          .sort(),
      ).toEqual([`mercafacil-${name}/tokens`, `mercafacil-${name}/twilio`]);
    }
  });

  test("keeps every stateful resource at a fixed address, whatever its construct is called", () => {
    const stack = read(shipped, "dev");
    const names = (type: string) => Object.keys(stack.resource[type]!);
    expect(names("aws_s3_bucket")).toEqual(["bucket_artifacts", "bucket_in", "bucket_logs", "bucket_out"]);
    expect(names("aws_dynamodb_table")).toEqual(["table_clients", "table_control", "table_ledger", "table_vault"]);
  });

  test("keeps local's state in the clone and dev's in S3, locked there", () => {
    expect(read(shipped, "local").terraform.backend).toEqual({ local: { path: "../../../terraform.local.tfstate" } });
    expect(read(shipped, "dev").terraform.backend.s3).toMatchObject({
      key: "platform/dev.tfstate",
      use_lockfile: true,
      encrypt: true,
    });
  });

  test("messages a stand-in from local and nobody from dev", () => {
    const sender = (name: string) =>
      read(shipped, name).one("aws_lambda_function", { function_name: `mercafacil-${name}-sender` }).environment
        .variables;
    expect(sender("local")).toMatchObject({ RECIPIENTS: "all", TWILIO_BASE_URL: "http://127.0.0.1:0" });
    expect(sender("dev")).toMatchObject({ RECIPIENTS: "none", TWILIO_BASE_URL: "https://api.twilio.com" });
  });

  test("uses no name twice", () => {
    const stack = read(shipped, "dev");
    for (const [type, blocks] of Object.entries(stack.resource)) {
      if (type === "aws_iam_role_policy" || type === "aws_cloudwatch_log_stream") continue;
      const names = Object.values(blocks).map(({ name, function_name, bucket }) => name ?? function_name ?? bucket);
      const literal = names.filter((name) => typeof name === "string" && !name.includes("$"));
      expect({ type, names: literal.length }).toEqual({ type, names: new Set(literal).size });
    }
  });

  test("names nothing whose length and characters nobody judges", () => {
    const { resource } = read(shipped, "dev");
    const named = Object.entries(resource).filter(([type, blocks]) => {
      const names = Object.values(blocks).flatMap((block) =>
        ["name", "bucket", "function_name", "alarm_name", "dashboard_name"].map((attribute) => block[attribute]),
      );
      return (
        !UNLIMITED_NAMES.includes(type) && names.some((name) => typeof name === "string" && !name.startsWith("${"))
      );
    });
    // A type that is missing gets its limit in modules/shared/aws-limits.ts.
    expect(named.map(([type]) => type).filter((type) => !(type in AWS_LIMITS))).toEqual([]);
  });

  test("is one file without blanks that a token left behind", () => {
    for (const { name } of ENVIRONMENTS) {
      expect(readFileSync(join(shipped, "stacks", name, "cdk.tf.json"), "utf8")).not.toMatch(
        /TfToken|undefined|\[object/,
      );
    }
  });
});
