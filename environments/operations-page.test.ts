// The operators' page names every alarm that prod has and no other, and its commands flip what the senders read.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App, Testing } from "cdktf";
import { readSendingOptions } from "../commands/sending/sending-options";
import { switchesOf } from "../lambdas/shared/control";
import { plainRow, type Row } from "../lambdas/shared/dynamo-items";
import { type Clone, cloneFixture } from "../modules/shared/clone-fixture";
import { packageRoot, SOURCE_ROOT } from "../modules/shared/source-root";
import { type Synthesized, synthesized } from "../modules/shared/synth-fixture";
import { ENVIRONMENTS } from "./all";
import { PlatformStack } from "./platform-stack";
import { prod } from "./prod";

const page = readFileSync(join(packageRoot(), "docs", "operations.md"), "utf8");

let clone: Clone;
let stack: Synthesized;
beforeAll(() => {
  clone = cloneFixture();
  const app = new App({ context: { [SOURCE_ROOT]: clone.root } });
  stack = synthesized(JSON.parse(Testing.synth(new PlatformStack(app, prod))));
});
afterAll(() => clone.remove());

/** Names in the first column of the table below a heading. */
const named = (text: string, heading: string): string[] => {
  const section = text.split(`## ${heading}\n`)[1]?.split(/^## /m)[0] ?? "";
  const firsts = [...section.matchAll(/^\| (`[^|]+`) \|/gm)].map(([, first]) => first!);
  return firsts.flatMap((first) => [...first.matchAll(/`([^`]+)`/g)].map(([, name]) => name!));
};

const bare = (name: string) => name.replace(/^mercafacil-prod-/, "");

/** The alarms of the stack as the page names them: one name for those that every stream has. */
function alarms(): string[] {
  const streams = stack.all("aws_kinesis_firehose_delivery_stream").map(({ name }) => bare(name));
  const ofStream = new RegExp(`^(${streams.join("|")})-(freshness|throttled|unconverted|partitions)$`);
  const names = stack.all("aws_cloudwatch_metric_alarm").map(({ alarm_name: name }) => bare(name));
  return [...new Set(names.map((name) => name.replace(ofStream, "STREAM-$2")))].sort();
}

test("every alarm of prod is explained, and every alarm explained exists", () => {
  expect(named(page, "Alarms").sort()).toEqual(alarms());
  const without = page.replace("| `circuit` |", "| the circuit |");
  expect(named(without, "Alarms").sort()).not.toEqual(alarms());
});

test("the queues that park work are the stack's", () => {
  const queues = stack.all("aws_sqs_queue").map(({ name }) => bare(name));
  const parking = queues.filter((name) => /-(dlq|failures)$/.test(name)).sort();
  expect(named(page, "Parked work").sort()).toEqual(parking);
});

test("the tables, secrets and buckets in commands exist", () => {
  const types = ["aws_dynamodb_table", "aws_secretsmanager_secret", "aws_sqs_queue"];
  const existing = types.flatMap((type) => stack.all(type).map(({ name }) => name));
  const buckets = stack.all("aws_s3_bucket").map(({ bucket }) => bucket);
  const functions = stack.all("aws_lambda_function").map(({ function_name: name }) => name);
  const commands = [...page.matchAll(/^ {4,}.*$/gm)].join("\n");
  const used = [...commands.matchAll(/mercafacil-E[-/][a-z-]+/g)].map(([name]) => name!.replace("-E", "-prod"));
  expect(used.length).toBeGreaterThan(6);
  expect(used.filter((name) => ![...existing, ...buckets, ...functions].includes(name))).toEqual([]);
});

test("the command that stops all sending stops it as the senders read it", () => {
  const command = page.split("aws dynamodb update-item")[1]!.split("\n\n")[0]!;
  const argument = (name: string) => JSON.parse(new RegExp(`--${name} '([^']+)'`).exec(command)![1]!);
  const field: string = argument("expression-attribute-names")["#field"];
  const row: Row = plainRow({ ...argument("key"), [field]: argument("expression-attribute-values")[":value"] });
  expect(switchesOf(new Map([[String(row.id), row]]), "boa-praca", "2026-11-23").stopped).toBe(true);
  const items = stack.all("aws_dynamodb_table_item").map(({ item }) => JSON.parse(item).id.S);
  expect(items.sort()).toEqual(["budget", "kill_switch"]);
});

test("the commands of npm run sending are ones that it takes", () => {
  const lines = [...page.matchAll(/npm run sending -- ([^#\n]+)/g)].map(([, line]) => line!.trim());
  const kinds = lines.map((line) => {
    const words = line.replaceAll("CHAIN", "boa-praca").replace("--env E", "--env prod").split(/ +/);
    return readSendingOptions(words, ENVIRONMENTS).command.kind;
  });
  expect(kinds.sort()).toEqual(["allow", "budget", "pause", "show", "stop"]);
});
