// Functions, queue mappings and schedules of the stack.
import type { fieldsOf } from "./fields";
import { roleOfArn } from "./load-access";
import type { Each } from "./load-storage";
import type { FunctionDefinition, Platform, QueueMapping, Schedule } from "./platform";
import type { Resolver } from "./resolver";
import type { Block, Stack } from "./stack";

// `http://127.0.0.1:0` in the configuration means "whatever port the Twilio stand-in got".
const ANY_LOOPBACK_PORT = "http://127.0.0.1:0";

/** The name in a function's ARN, or the name itself. */
export const functionNameOf = (nameOrArn: string): string =>
  nameOrArn.startsWith("arn:") ? (nameOrArn.split(":")[6] ?? nameOrArn) : nameOrArn;

const mappingOf = (fields: ReturnType<typeof fieldsOf>): QueueMapping => {
  const responses = fields.texts("function_response_types");
  const unknown = responses.filter((name) => name !== "ReportBatchItemFailures");
  if (unknown.length > 0) throw new Error(`${fields.address}.function_response_types holds unknown ${unknown}`);
  return {
    queueArn: fields.text("event_source_arn"),
    functionName: functionNameOf(fields.text("function_name")),
    // SQS's default batch, and Lambda's first five pollers when no maximum is set.
    batchSize: fields.number("batch_size", 10),
    maximumConcurrency: fields.block("scaling_config")?.number("maximum_concurrency") ?? 5,
    reportsItemFailures: responses.length > 0,
    enabled: fields.flag("enabled", true),
  };
};

const scheduleOf = (fields: ReturnType<typeof fieldsOf>): Schedule => {
  const target = fields.block("target");
  if (!target) throw new Error(`${fields.address} has no target`);
  const arn = target.text("arn");
  if (!arn.includes(":function:"))
    throw new Error(`${fields.address}.target.arn must be a function's, got ${JSON.stringify(arn)}`);
  const mode = fields.block("flexible_time_window")?.text("mode");
  if (mode !== "OFF") throw new Error(`${fields.address}.flexible_time_window.mode must be OFF, got ${mode}`);
  return {
    address: fields.address,
    expression: fields.text("schedule_expression"),
    timeZone: fields.text("schedule_expression_timezone", "UTC"),
    functionName: functionNameOf(arn),
    role: roleOfArn(target.text("role_arn")),
    input: target.text("input", "{}"),
    enabled: fields.text("state", "ENABLED") === "ENABLED",
  };
};

/** The compute part of the platform; `twilioUrl` takes the place of a loopback address with port 0. */
export const loadCompute = (
  stack: Stack,
  resolver: Resolver,
  each: Each,
  twilioUrl: string,
): Pick<Platform, "functions" | "mappings" | "schedules"> => {
  const invokeConfigs = new Map(
    each("aws_lambda_function_event_invoke_config", (fields) => [
      functionNameOf(fields.text("function_name")),
      {
        retries: fields.number("maximum_retry_attempts", 2),
        onFailureArn: fields.block("destination_config")?.block("on_failure")?.text("destination"),
      },
    ]),
  );
  const functionOf = (fields: ReturnType<typeof fieldsOf>, block: Block): FunctionDefinition => {
    const name = fields.text("function_name");
    const variables = fields.block("environment")?.map("variables") ?? {};
    return {
      name,
      arn: String(resolver.attribute(block, "arn")),
      zip: `${stack.folder}/${fields.text("filename")}`,
      handler: fields.text("handler"),
      // Lambda's defaults.
      timeoutSeconds: fields.number("timeout", 3),
      memoryMb: fields.number("memory_size", 128),
      environment: Object.fromEntries(
        Object.entries(variables).map(([key, value]) => [key, value === ANY_LOOPBACK_PORT ? twilioUrl : value]),
      ),
      role: roleOfArn(fields.text("role")),
      logGroup: fields.block("logging_config")?.optionalText("log_group") ?? `/aws/lambda/${name}`,
      // Lambda retries an asynchronous invocation twice unless told otherwise.
      asynchronous: invokeConfigs.get(name) ?? { retries: 2 },
    };
  };
  return {
    functions: each("aws_lambda_function", functionOf),
    mappings: each("aws_lambda_event_source_mapping", mappingOf),
    schedules: each("aws_scheduler_schedule", scheduleOf),
  };
};
