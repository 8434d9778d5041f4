// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are Terraform's own syntax
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCatalogTable, readDeliveryStream } from "../firehose/stream-definition";
import { repositoryRoot } from "../lambda/repository-root";
import { attributes, ignoredTypes } from "./attributes";
import { LoaderError, loadPlatform } from "./load-platform";
import { loadKeys, loadSecrets } from "./load-storage";
import { isObject, type Json, type JsonObject, parseStack } from "./stack";

let folder: string;
let document: JsonObject;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "loader-"));
  const root = repositoryRoot();
  execFileSync(process.execPath, [join(root, "dist/main.js")], {
    cwd: root,
    env: { ...process.env, CDKTF_OUTDIR: folder },
  });
  document = JSON.parse(readFileSync(join(folder, "stacks/local/cdk.tf.json"), "utf8")) as JsonObject;
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

// Everything that the runtime gets to see of a stack: the platform, or the refusal.
const outcome = (changed: JsonObject): string => {
  const stack = parseStack(changed, folder);
  try {
    const platform = loadPlatform(stack, {
      accountId: "123456789012",
      region: stack.region,
      awsUrl: "http://127.0.0.1:1",
      twilioUrl: "http://127.0.0.1:2",
      apiUrl: (id) => `http://127.0.0.1:3/${id}`,
      // The stand-in names them anew in each run.
      createdArns: new Map(
        [...loadKeys(stack), ...loadSecrets(stack)].map(({ address }) => [address, `arn:${address}`]),
      ),
    });
    const { streams, glueTables, ...rest } = platform;
    return JSON.stringify([
      rest,
      streams.map(({ body }) => readDeliveryStream(body as never)),
      glueTables.map(({ body }) => readCatalogTable(body as never)),
      loadKeys(stack),
      loadSecrets(stack),
    ]);
  } catch (error) {
    return `refused: ${error instanceof Error ? error.message : error}`;
  }
};

const another = (value: Json | undefined): Json => {
  if (typeof value === "string") return `${value}x`;
  if (typeof value === "number") return value + 1;
  if (typeof value === "boolean") return !value;
  if (Array.isArray(value)) return [...value, "x"];
  return { ...(isObject(value) ? value : {}), added: "x" };
};

// Attributes that the stack leaves out, or where a small change would mean the same: another value that it could have.
const examples: Readonly<Record<string, Json>> = {
  "aws_api_gateway_authorizer.identity_source": "method.request.header.X-Other",
  "aws_api_gateway_integration.timeout_milliseconds": 1000,
  "aws_api_gateway_integration.uri": "other",
  "aws_dynamodb_table.global_secondary_index.non_key_attributes": ["state"],
  "aws_dynamodb_table_item.item": '{"id":{"S":"other"}}',
  "aws_lambda_event_source_mapping.enabled": false,
  "aws_lambda_event_source_mapping.function_response_types": [],
  "aws_lambda_event_source_mapping.scaling_config.maximum_concurrency": 7,
  "aws_lambda_function_event_invoke_config.maximum_retry_attempts": 1,
  "aws_mwaa_environment.airflow_configuration_options": { "core.other": "1" },
  "aws_s3_object.content": "other",
  "aws_scheduler_schedule.state": "DISABLED",
  "aws_scheduler_schedule.target.input": '{"offer_date":"2026-01-01"}',
  "aws_lambda_permission.action": "lambda:InvokeFunctionUrl",
  "aws_sqs_queue.delay_seconds": 5,
  "aws_sqs_queue.kms_master_key_id": "arn:aws:kms:sa-east-1:123456789012:key/other",
  "aws_sqs_queue.redrive_policy": '{"deadLetterTargetArn":"other","maxReceiveCount":1}',
  "aws_kinesis_firehose_delivery_stream.extended_s3_configuration.file_extension": ".other",
  "aws_kinesis_firehose_delivery_stream.extended_s3_configuration.s3_backup_mode": "Enabled",
  "aws_kinesis_firehose_delivery_stream.extended_s3_configuration.data_format_conversion_configuration.enabled": false,
  "aws_kinesis_firehose_delivery_stream.extended_s3_configuration.data_format_conversion_configuration.input_format_configuration.deserializer.open_x_json_ser_de.case_insensitive": false,
};

// A copy of `value` with the leaf at `path` changed; the first element that has it is taken where there are several.
const change = (value: Json | undefined, path: readonly string[], example: Json | undefined): Json | undefined => {
  if (path.length === 0) return example ?? (value === undefined ? undefined : another(value));
  const [head = "", ...rest] = path;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const changed = change(item as Json, path, example);
      if (changed !== undefined) return value.map((each, at) => (at === index ? changed : each)) as Json;
    }
    return undefined;
  }
  if (!isObject(value)) return undefined;
  const changed = change(value[head], rest, example);
  return changed === undefined ? undefined : { ...value, [head]: changed };
};

const changedDocument = (type: string, path: string): JsonObject | undefined => {
  const resources = document.resource as Record<string, JsonObject>;
  for (const [name, body] of Object.entries(resources[type] ?? {})) {
    const changed = change(body, path.split("."), examples[`${type}.${path}`]);
    if (changed !== undefined)
      return { ...document, resource: { ...resources, [type]: { ...resources[type], [name]: changed } } };
  }
  return undefined;
};

const obeyed = Object.entries(attributes).flatMap(([type, table]) => table.obeyed.map((path) => [type, path] as const));

test("the synthesized stack is executed whole", () => {
  expect(outcome(document)).not.toMatch(/^refused/);
});

test.each(obeyed)("%s.%s is obeyed: another value gives another outcome", (type, path) => {
  const changed = changedDocument(type, path);
  expect(changed).toBeDefined();
  expect(outcome(changed as JsonObject)).not.toBe(outcome(document));
});

test("an ignored attribute makes no difference", () => {
  const changed = changedDocument("aws_lambda_function", "description") ?? document;
  expect(outcome(changed)).toBe(outcome(document));
});

test("whatever the table does not know is refused by name, all at once", () => {
  const resources = document.resource as Record<string, JsonObject>;
  const bucket = Object.keys(resources.aws_s3_bucket ?? {})[0] ?? "";
  const changed = {
    ...document,
    resource: {
      ...resources,
      aws_s3_bucket: { ...resources.aws_s3_bucket, [bucket]: { bucket: "b-ucket", acceleration: { status: "On" } } },
      aws_ses_template: { offer: { name: "offer" } },
    },
    data: { aws_ami: { newest: {} } },
  };
  const refusal = outcome(changed);
  expect(refusal).toContain(`aws_s3_bucket.${bucket}: the attribute acceleration is unknown`);
  expect(refusal).toContain("aws_ses_template.offer: the resource type aws_ses_template is unknown");
  expect(refusal).toContain("data.aws_ami.newest: the data source aws_ami is unknown");
});

test("a reference that leads nowhere is refused by name", () => {
  const resources = document.resource as Record<string, JsonObject>;
  const changed = { ...document, resource: { ...resources, aws_s3_bucket: { b: { bucket: "${var.name}" } } } };
  expect(outcome(changed)).toContain("var.name refers to nothing in the stack");
});

test("every type is either executed or ignored, never both, and every reason is a reason", () => {
  expect(Object.keys(attributes).filter((type) => Object.hasOwn(ignoredTypes, type))).toEqual([]);
  const reasons = [
    ...Object.values(ignoredTypes),
    ...Object.values(attributes).flatMap((t) => Object.values(t.ignored)),
  ];
  expect(reasons.filter((reason) => reason.trim().length < 10)).toEqual([]);
});

test("the refusal says where to decide", () => {
  expect(new LoaderError(["a"]).message).toContain("local/loader/attributes.ts");
});
