import { type Clone, cloneFixture } from "../shared/clone-fixture";
import { type Block, refersTo, type Synthesized, synthesize } from "../shared/synth-fixture";
import { Dispatch } from "./dispatch";
import { AROUND_DISPATCH, TEST_SENDING } from "./dispatch-fixture";
import type { SendingSettings } from "./sending-rules";

let clone: Clone;
let stack: Synthesized;
beforeAll(() => {
  clone = cloneFixture();
  stack = dispatch(TEST_SENDING);
});
afterAll(() => clone.remove());

function dispatch(sending: SendingSettings): Synthesized {
  return synthesize(clone.root, (scope) => {
    new Dispatch(scope, "dispatch", { ...AROUND_DISPATCH, sending });
  });
}

const functionNamed = (name: string): Block =>
  stack.one("aws_lambda_function", { function_name: `mercafacil-test-${name}` });
const variablesOf = (name: string): Record<string, string> => functionNamed(name).environment.variables;
const actionsOf = (name: string): string[] =>
  stack.permissions(`mercafacil-test-${name}`).flatMap(({ actions }) => actions);
const consumerOf = (name: string): Block => {
  const [id] = Object.entries(stack.resource.aws_lambda_function!).find(
    ([, { function_name }]) => function_name === `mercafacil-test-${name}`,
  )!;
  return stack.one("aws_lambda_event_source_mapping", { function_name: `\${aws_lambda_function.${id}.function_name}` });
};

test("the sender takes one shard at a time, as many at once as the environment says, and hands back only what failed", () => {
  expect(consumerOf("sender")).toMatchObject({
    batch_size: 1,
    scaling_config: { maximum_concurrency: 7 },
    function_response_types: ["ReportBatchItemFailures"],
  });
  expect(stack.all("aws_lambda_function").filter((fn) => "reserved_concurrent_executions" in fn)).toEqual([]);
});

test("a receipt that fails comes again alone", () => {
  expect(consumerOf("status").function_response_types).toEqual(["ReportBatchItemFailures"]);
});

test.each(["send", "status"])("what keeps failing in the %s queue is parked beside it for two weeks", (queue) => {
  const { redrive_policy: redrive } = stack.one("aws_sqs_queue", { name: `mercafacil-test-${queue}` });
  expect(redrive).toContain(`"deadLetterTargetArn" = aws_sqs_queue.queue_${queue}_dlq.arn`);
  expect(stack.one("aws_sqs_queue", { name: `mercafacil-test-${queue}-dlq` }).message_retention_seconds).toBe(
    1_209_600,
  );
});

test.each([
  ["send", "sender"],
  ["status", "status"],
])("a message of the %s queue stays hidden for six timeouts of its function", (queue, name) => {
  const { visibility_timeout_seconds: hidden } = stack.one("aws_sqs_queue", { name: `mercafacil-test-${queue}` });
  expect(hidden).toBe(6 * functionNamed(name).timeout);
});

test("planner and sweeper run in local time, closer and reconciler in the last zone's, and what they fail at for good is parked", () => {
  const schedules = stack
    .all("aws_scheduler_schedule")
    .map((schedule) => [schedule.schedule_expression, schedule.schedule_expression_timezone]);
  expect(schedules.sort()).toEqual([
    ["cron(0 19 * * ? *)", "America/Rio_Branco"],
    ["cron(0 8-19 * * ? *)", "America/Sao_Paulo"],
    ["cron(10,25,40,55 8-20 * * ? *)", "America/Sao_Paulo"],
    ["cron(15 18 * * ? *)", "America/Rio_Branco"],
  ]);
  const parked = stack
    .all("aws_lambda_function_event_invoke_config")
    .map((config) => config.destination_config.on_failure.destination);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a Terraform reference.
  expect(parked).toEqual(Array(4).fill("${aws_sqs_queue.queue_schedule_failures.arn}"));
  for (const name of ["planner", "sweeper", "closer", "reconciler"])
    expect(actionsOf(name)).toContain("sqs:SendMessage");
});

test("the scheduler may invoke its own function only, for this account only", () => {
  for (const name of ["planner", "sweeper", "closer", "reconciler"]) {
    const role = Object.values(stack.resource.aws_iam_role!).find(
      ({ name: role }) => role.includes(`dispatch_${name}`) && role.endsWith("-schedule"),
    )!;
    const trust = stack.data.aws_iam_policy_document![role.assume_role_policy.split(".")[2]]!.statement[0];
    expect(trust.principals[0].identifiers).toEqual(["scheduler.amazonaws.com"]);
    expect(trust.condition[0].variable).toBe("aws:SourceAccount");
  }
});

test("Twilio's two routes are open: their function checks the signature", () => {
  expect(
    stack.all("aws_api_gateway_method").map(({ http_method, authorization }) => `${http_method} ${authorization}`),
  ).toEqual(["POST NONE", "POST NONE"]);
  expect(
    stack
      .all("aws_api_gateway_resource")
      .map(({ path_part }) => path_part)
      .sort(),
  ).toEqual(["inbound", "status", "twilio", "{claim}"]);
});

test("the sender knows who may be messaged, from where, at what price, and under which URL Twilio reports", () => {
  const variables = variablesOf("sender");
  expect(variables).toMatchObject({
    OUT_BUCKET: "out",
    VAULT_TABLE: "vault",
    RECIPIENTS: "allowlist",
    TWILIO_BASE_URL: "https://api.twilio.com",
    PRICE_PER_SEGMENT_BRL: "0.3",
    HOLD_OUT_SHARE: "0.05",
    TIME_ZONE: "America/Sao_Paulo",
  });
  expect(refersTo(variables.CALLBACK_BASE_URL, "aws_api_gateway_stage", "invoke_url")).toBe(true);
  expect(Object.keys(variables).sort()).toEqual([
    "CALLBACK_BASE_URL",
    "CHANNELS",
    "CONTROL_TABLE",
    "HOLD_OUT_SHARE",
    "HOLIDAYS",
    "LEDGER_TABLE",
    "MESSAGES_PER_SECOND",
    "OUT_BUCKET",
    "PRICE_PER_SEGMENT_BRL",
    "RECIPIENTS",
    "SENDERS",
    "SEND_QUEUE_URL",
    "SMS_TEMPLATES",
    "TIME_ZONE",
    "TWILIO_BASE_URL",
    "TWILIO_SECRET_ARN",
    "VAULT_TABLE",
    "WEEKLY_CAP",
    "WHATSAPP",
    "WHATSAPP_PRICE_BRL",
  ]);
});

test.each([
  ["planner", ["LEDGER_TABLE", "OUT_BUCKET", "SEND_QUEUE_URL", "SHARD_BYTES", "TIME_ZONE"]],
  ["callback", ["CLIENTS_TABLE", "SENDERS", "STATUS_QUEUE_URL", "TOKEN_SECRET_ARN", "TWILIO_SECRET_ARN", "WHATSAPP"]],
  ["status", ["CHANNELS", "CONTROL_TABLE", "LEDGER_TABLE", "VAULT_TABLE"]],
  [
    "sweeper",
    [
      ...["IN_DOUBT_POLICY", "LEDGER_TABLE", "OPEN_CLAIMS_INDEX", "SENDERS", "SENDER_TIMEOUT_SECONDS"],
      ...["STATUS_QUEUE_URL", "TIME_ZONE", "TWILIO_BASE_URL", "TWILIO_SECRET_ARN", "VAULT_TABLE", "WHATSAPP"],
    ],
  ],
  ["closer", ["CONTROL_TABLE", "HOLIDAYS", "LEDGER_TABLE", "OUT_BUCKET", "TIME_ZONE"]],
  [
    "reconciler",
    [
      ...["HOLIDAYS", "LEDGER_TABLE", "OUT_BUCKET", "PRICE_PER_SEGMENT_BRL", "SENDERS", "TIME_ZONE"],
      ...["TOKEN_SECRET_ARN", "TWILIO_BASE_URL", "TWILIO_SECRET_ARN", "WHATSAPP"],
    ],
  ],
])("the %s function is given what it reads, by name", (name, variables) => {
  expect(Object.keys(variablesOf(name)).sort()).toEqual(variables);
});

test("only who answers Twilio or asks it may read its secret; only who is given a phone by Twilio makes tokens", () => {
  const readers = (variable: string) =>
    ["planner", "sender", "callback", "status", "sweeper", "closer", "reconciler"].filter(
      (name) => variable in variablesOf(name),
    );
  expect(readers("TWILIO_SECRET_ARN")).toEqual(["sender", "callback", "sweeper", "reconciler"]);
  expect(readers("TOKEN_SECRET_ARN")).toEqual(["callback", "reconciler"]);
});

test.each([
  ["planner", ["BatchGetItem"]],
  ["sender", ["BatchGetItem", "DeleteItem", "PutItem", "UpdateItem"]],
  ["callback", []],
  ["status", ["GetItem", "UpdateItem"]],
  ["sweeper", ["Query", "UpdateItem"]],
  ["closer", ["BatchGetItem", "PutItem", "UpdateItem"]],
  ["reconciler", ["Query"]],
])("the %s function may do with the ledger what it does, no scan among it", (name, expected) => {
  const ledger = stack
    .permissions(`mercafacil-test-${name}`)
    .filter(({ resources }) => resources[0].includes("aws_dynamodb_table.table_ledger.arn"));
  expect(ledger.flatMap(({ actions }) => actions).sort()).toEqual(expected.map((action) => `dynamodb:${action}`));
});

test("the ledger can be read by day, and its open claims by age", () => {
  expect(stack.one("aws_dynamodb_table", { name: "mercafacil-test-ledger" }).global_secondary_index).toMatchObject([
    { name: "by_day", hash_key: "day_shard", range_key: "claim", projection_type: "ALL" },
    { name: "by_open", hash_key: "open_shard", range_key: "claimed_at", projection_type: "ALL" },
  ]);
});

test("kill switch and budget are created once and never written again", () => {
  const items = stack.all("aws_dynamodb_table_item");
  expect(items.map(({ item }) => JSON.parse(item))).toEqual([
    { id: { S: "budget" }, daily_brl: { N: "100" } },
    { id: { S: "kill_switch" }, on: { BOOL: false } },
  ]);
  for (const item of items) expect(item.lifecycle).toEqual({ ignore_changes: ["item"] });
});

test("settings that would send by mistake stop the synth", () => {
  expect(() => dispatch({ ...TEST_SENDING, senders: {} })).toThrow("each has a sender when anybody may be messaged");
});

test("the reconciler reads the day's index, not the table, and writes nothing but reports", () => {
  const permissions = stack.permissions("mercafacil-test-reconciler");
  const resourcesFor = (action: string): string[] =>
    permissions.filter(({ actions }) => actions.includes(action)).flatMap(({ resources }) => resources);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a Terraform reference.
  expect(resourcesFor("dynamodb:Query")).toEqual(["${aws_dynamodb_table.table_ledger.arn}/index/by_day"]);
  expect(resourcesFor("s3:PutObject")).toEqual(["arn:aws:s3:::out/reports/*"]);
});

test("the sweeper reads open claims by their index alone, and phones without writing any", () => {
  const permissions = stack.permissions("mercafacil-test-sweeper");
  const queries = permissions.filter(({ actions }) => actions.includes("dynamodb:Query"));
  expect(queries.flatMap(({ resources }) => resources)).toEqual([
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a Terraform reference.
    "${aws_dynamodb_table.table_ledger.arn}/index/by_open",
    "arn:aws:dynamodb:sa-east-1:1:table/vault",
  ]);
  expect(variablesOf("sweeper").SENDER_TIMEOUT_SECONDS).toBe(String(functionNamed("sender").timeout));
});
