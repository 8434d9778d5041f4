// Turns the synthesized stack into what this machine executes; every refusal is collected and told at once.
import { metaArguments, unknownAttributes } from "./attribute-check";
import { attributes, ignoredTypes, referencedData } from "./attributes";
import { computedOn, type Machine } from "./computed";
import { fieldsOf } from "./fields";
import { loadAccess, roleOfArn } from "./load-access";
import { loadApis } from "./load-apis";
import { loadCompute } from "./load-compute";
import { type Each, loadStorage } from "./load-storage";
import type { AirflowEnvironment, Platform } from "./platform";
import { createResolver } from "./resolver";
import { type Block, type JsonObject, resourcesOf, type Stack } from "./stack";

/** The stack says something that the local runtime cannot execute; the message lists every case. */
export class LoaderError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(
      `the local runtime cannot execute the synthesized stack:\n${problems.map((problem) => `  ${problem}`).join("\n")}\n` +
        "Teach local/loader/attributes.ts each one as obeyed or as ignored with its reason.",
    );
    this.name = "LoaderError";
  }
}

const airflowOf = (fields: ReturnType<typeof fieldsOf>): AirflowEnvironment => ({
  version: fields.text("airflow_version"),
  role: roleOfArn(fields.text("execution_role_arn")),
  bucket: fields.text("source_bucket_arn").replace(/^arn:aws:s3:::/, ""),
  dagPrefix: fields.text("dag_s3_path").replace(/\/*$/, "/"),
  configuration: fields.map("airflow_configuration_options"),
});

/** Refuses a stack that says anything the attribute table does not know. */
export const checkAttributes = (stack: Stack): void => {
  const unknown = unknownAttributes(stack, { attributes, ignoredTypes, referencedData });
  if (unknown.length > 0) throw new LoaderError(unknown);
};

/** Reads resources of a stack with this machine's values; what cannot be read is added to the problems. */
const readerOf = (stack: Stack, machine: Machine, problems: string[]) => {
  checkAttributes(stack);
  const resolver = createResolver(stack, computedOn(machine));
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  };
  // What is ignored is not resolved either: it may well refer to something that has no value here.
  const relevant = (block: Block): JsonObject =>
    Object.fromEntries(
      Object.entries(block.body).filter(
        ([name]) => !metaArguments.has(name) && !Object.hasOwn(attributes[block.type]?.ignored ?? {}, name),
      ),
    );
  const each: Each = (type, read) =>
    resourcesOf(stack, type).flatMap((block) => {
      const body = (): JsonObject => resolver.value(relevant(block)) as JsonObject;
      const found = attempt(() => read(fieldsOf(block.address, body()), block));
      return found === undefined ? [] : [found];
    });
  return { resolver, attempt, each };
};

const oneAirflow = (each: Each, problems: string[]): AirflowEnvironment | undefined => {
  const environments = each("aws_mwaa_environment", airflowOf);
  if (environments.length !== 1 && problems.length === 0)
    problems.push(`the stack must have exactly one aws_mwaa_environment, it has ${environments.length}`);
  return environments[0];
};

/** Airflow's environment alone. Throws LoaderError. */
export const loadAirflow = (stack: Stack, machine: Machine): AirflowEnvironment => {
  const problems: string[] = [];
  const airflow = oneAirflow(readerOf(stack, machine, problems).each, problems);
  if (problems.length > 0 || !airflow) throw new LoaderError(problems);
  return airflow;
};

/** The platform that `stack` describes, with this machine's values. Throws LoaderError. */
export const loadPlatform = (stack: Stack, machine: Machine): Platform => {
  const problems: string[] = [];
  const { resolver, attempt, each } = readerOf(stack, machine, problems);
  const resolved = (type: string) => each(type, (fields) => ({ address: fields.address, body: fields.body }));
  const airflow = oneAirflow(each, problems);
  const access = attempt(() => loadAccess(stack, resolver, each));
  const platform = {
    access: {
      accountId: machine.accountId,
      region: stack.region,
      roles: {},
      keys: {},
      instanceProfiles: {},
      ...access,
    },
    ...loadStorage(stack, resolver, each),
    ...loadCompute(stack, resolver, each, machine.twilioUrl),
    apis: attempt(() => loadApis(stack, resolver)) ?? [],
    streams: resolved("aws_kinesis_firehose_delivery_stream"),
    glueTables: resolved("aws_glue_catalog_table"),
  };
  if (problems.length > 0 || !airflow) throw new LoaderError(problems);
  return { ...platform, airflow };
};
