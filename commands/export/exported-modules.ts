// Each construct as a plain module: what its neighbours give becomes a variable, what it gives them an output of the same
// shape, and everything that an environment decides is frozen.
import { TerraformOutput, type TerraformStack } from "cdktf";
import { tableName } from "../../contracts/contract";
import { shippedContracts } from "../../contracts/shipped-contracts";
import type { Environment } from "../../environments/environment";
import { placeOf } from "../../environments/platform-stack";
import { Dispatch } from "../../modules/dispatch/dispatch";
import { Ingestion } from "../../modules/ingestion/ingestion";
import { Lake, type NamedArn } from "../../modules/lake/lake";
import { MwaaOrchestration } from "../../modules/mwaa-orchestration/mwaa-orchestration";
import type { Network } from "../../modules/mwaa-orchestration/network";
import { AlarmTopic } from "../../modules/observability/alarm-topic";
import type { BucketRef, SecretRef, TableRef } from "../../modules/shared/grants";
import type { Platform } from "../../modules/shared/platform";
import { moduleVariable } from "./module-variable";

const NAMED = { name: "string", arn: "string" } as const;
const KEYED = { ...NAMED, key: { arn: "string" } } as const;
const LAKE = "The lake's buckets, each with the customer-managed key that it lies under; output `buckets` of the lake.";

const keyed = ({ name, arn, key }: BucketRef | TableRef) => ({ name, arn, key: { arn: key.arn } });
const named = ({ name, arn }: NamedArn) => ({ name, arn });
const secret = ({ arn, key }: SecretRef) => ({ arn, key: { arn: key.arn } });

/** Fills the stack of one module with its construct. */
type Fill = (stack: TerraformStack, environment: Environment) => void;

/** The modules by the folder that each is written to. */
export const EXPORTED_MODULES: Readonly<Record<string, Fill>> = {
  "alarm-topic": (stack, environment) => {
    const topic = new AlarmTopic(stack, "alarm-topic", { platform: placeOf(environment), ...environment.alarms });
    give(stack, "arn", "The topic that every alarm goes to.", topic.arn);
  },
  lake: (stack, environment) => {
    const { streams, destroyData } = environment;
    const lake = new Lake(stack, "lake", {
      platform: platformOf(stack, environment),
      contracts: shippedContracts(stack),
      partitionGranularity: streams.partitionGranularity,
      destroyData: destroyData.lake,
    });
    const { in: input, out, artifacts, logs } = lake.buckets;
    const buckets = { in: keyed(input), out: keyed(out), artifacts: keyed(artifacts), logs: named(logs) };
    give(stack, "buckets", "The four buckets, with their keys.", buckets);
    const { arn, database, tables } = lake.catalog;
    const tablesByName = Object.fromEntries([...tables].map(([name, table]) => [name, named(table)]));
    give(stack, "catalog", "Where events are described.", { arn, database: named(database), tables: tablesByName });
  },
  ingestion: (stack, environment) => {
    const contracts = shippedContracts(stack);
    const tables = Object.fromEntries(contracts.map((contract) => [tableName(contract), NAMED]));
    const shape = { arn: "string", database: NAMED, tables } as const;
    const catalog = moduleVariable(stack, "catalog", "The Glue catalog; output `catalog` of the lake.", shape);
    const ingestion = new Ingestion(stack, "ingestion", {
      platform: platformOf(stack, environment),
      contracts,
      streams: environment.streams,
      lake: { buckets: lakeBuckets(stack), catalog: { ...catalog, tables: new Map(Object.entries(catalog.tables)) } },
      destroyData: environment.destroyData.ingestion,
    });
    const { vault, clients, tokenSecret } = ingestion.shoppers;
    const shoppers = { vault: keyed(vault), clients: keyed(clients), tokenSecret: secret(tokenSecret) };
    give(stack, "shoppers", "What is known about shoppers and chains, for dispatch.", shoppers);
    give(stack, "url", "URL of the API's stage, without a trailing slash.", ingestion.url);
  },
  "mwaa-orchestration": (stack, environment) => {
    const { night, streams } = environment;
    const platform = platformOf(stack, environment);
    const network = networkOf(stack, environment);
    const lake = { buckets: lakeBuckets(stack) };
    const nights = new MwaaOrchestration(stack, "mwaa-orchestration", { platform, network, lake, night, streams });
    give(stack, "environment_name", "Name of the MWAA environment.", nights.environmentName);
  },
  dispatch: (stack, environment) => {
    const description = "Phones, consents, chains and the token secret; output `shoppers` of ingestion.";
    const shape = { vault: KEYED, clients: KEYED, tokenSecret: { arn: "string", key: { arn: "string" } } } as const;
    const dispatch = new Dispatch(stack, "dispatch", {
      platform: platformOf(stack, environment),
      lake: { buckets: moduleVariable(stack, "buckets", LAKE, { out: KEYED }) },
      shoppers: moduleVariable(stack, "shoppers", description, shape),
      sending: environment.sending,
      destroyData: environment.destroyData.dispatch,
    });
    give(stack, "callback_url", "URL under which Twilio reports, without a trailing slash.", dispatch.callbackUrl);
  },
};

/** A network that the module makes is frozen with it; the ids of one that is there are for the caller to name. */
function networkOf(stack: TerraformStack, { network }: Environment): Network {
  if (network.kind === "own") return network;
  const ids = moduleVariable(stack, "network", "Where Airflow and the clusters run.", {
    vpcId: "string",
    privateSubnetIds: ["string", "string"],
    securityGroupIds: network.securityGroupIds.map(() => "string" as const),
  });
  return { kind: "existing", ...ids };
}

function lakeBuckets(stack: TerraformStack) {
  return moduleVariable(stack, "buckets", LAKE, { in: KEYED, out: KEYED, artifacts: KEYED, logs: NAMED });
}

function platformOf(stack: TerraformStack, environment: Environment): Platform {
  const description = "SNS topic that every alarm goes to; output `arn` of the alarm topic.";
  return { ...placeOf(environment), alarmTopicArn: moduleVariable(stack, "alarm_topic_arn", description, "string") };
}

function give(stack: TerraformStack, name: string, description: string, value: unknown): void {
  new TerraformOutput(stack, name, { value, description });
}
