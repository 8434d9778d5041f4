// Brings the synthesized stack to life on this machine: everything listens on loopback, nothing has been posted yet.
import type { Server } from "node:http";
import { join } from "node:path";
import { type Access, createAccess, signingRole } from "../access/access";
import { applyPlatform, createKeysAndSecrets, fillSecret } from "../apply/apply-platform";
import { createStandInClients, type StandInClients } from "../apply/aws-stand-in-clients";
import { createFirehose, type Firehose } from "../firehose/firehose";
import { startFirehoseServer } from "../firehose/firehose-server";
import { s3Store } from "../firehose/s3-store";
import { readCatalogTable, readDeliveryStream } from "../firehose/stream-definition";
import { listenOnLoopback, serveApi } from "../front/front";
import { createFunctions, type FunctionSurroundings, type Functions } from "../invoke/functions";
import { restApiId } from "../loader/computed";
import { checkAttributes, loadPlatform } from "../loader/load-platform";
import { loadKeys, loadSecrets } from "../loader/load-storage";
import type { Platform, RestApi } from "../loader/platform";
import { isObject, type JsonObject, resourcesOf, type Stack } from "../loader/stack";
import { LOCAL_TWILIO, publishedSecrets } from "../published-secrets";
import type { TwilioFaults } from "../twilio/faults";
import { startTwilio, type TwilioStandIn } from "../twilio/twilio";
import { NightError } from "./night-error";
import type { PlayedClock } from "./played-clock";
import { openLog } from "./run-log";
import type { Workspace } from "./workspace";

/** The account number of the AWS stand-in. */
export const ACCOUNT_ID = "123456789012";
// Where Twilio is told to post what shoppers write.
const INBOUND_PATH = "/twilio/inbound";

/** The platform at work on this machine. */
export interface StandIns {
  readonly platform: Platform;
  /** As the machine's operator. */
  readonly clients: StandInClients;
  /** As the role of that name. */
  clientsOf(role: string): StandInClients;
  readonly access: Access;
  readonly functions: Functions;
  /** What the functions' processes find around them. */
  readonly surroundings: FunctionSurroundings;
  readonly firehose: Firehose;
  readonly firehoseUrl: string;
  readonly twilio: TwilioStandIn;
  /** What the nightly DAG is configured with. */
  readonly night: NightConfiguration;
  readonly region: string;
  readonly awsUrl: string;
  readonly twilioUrl: string;
  /** The ingestion API's stage, without a trailing slash. */
  readonly ingestionUrl: string;
  readonly ingestionPort: number;
  readonly ingestionStage: string;
  /** Ends all that listens and runs in this process. */
  close(): Promise<void>;
}

/** The part of the DAG's configuration that the run needs too. */
export interface NightConfiguration {
  readonly timeZone: string;
  readonly firehoseBufferSeconds: number;
  readonly readContracts: readonly string[];
  readonly inBucket: string;
  readonly outBucket: string;
}

/** Reads the configuration that the stack uploads beside the DAG. */
export const nightConfigurationOf = (platform: Platform): NightConfiguration => {
  const { bucket, dagPrefix } = platform.airflow;
  const key = `${dagPrefix}recommendations_nightly.json`;
  const object = platform.objects.find((each) => each.bucket === bucket && each.key === key);
  const value: unknown = object && "text" in object.body ? JSON.parse(object.body.text) : undefined;
  if (!isObject(value)) throw new NightError(`The stack uploads no ${key} with the night's configuration.`);
  const buckets = value.buckets as JsonObject;
  return {
    timeZone: String(value.time_zone),
    firehoseBufferSeconds: Number(value.firehose_buffer_seconds),
    readContracts: value.read_contracts as readonly string[],
    inBucket: String(buckets.in),
    outBucket: String(buckets.out),
  };
};

const isIngestion = (api: RestApi): boolean => api.routes.some(({ path }) => path === "/{version}/events/{contract}");

const listenForApis = async (stack: Stack, ingestion: { readonly server: Server; readonly port: number }) => {
  // Which API takes events is known from its routes; the others get any free port.
  const hasEvents = (address: string) =>
    resourcesOf(stack, "aws_api_gateway_resource").some(
      ({ body }) => body.path_part === "{contract}" && String(body.rest_api_id).includes(address),
    );
  const listeners = new Map<string, { readonly server: Server; readonly port: number }>();
  for (const { address } of resourcesOf(stack, "aws_api_gateway_rest_api"))
    listeners.set(restApiId(address), hasEvents(`${address}.`) ? ingestion : await listenOnLoopback(0));
  return listeners;
};

/** What is needed to start. */
export interface StandInOptions {
  readonly stack: Stack;
  readonly awsUrl: string;
  readonly workspace: Workspace;
  readonly clock: PlayedClock;
  /** Already listening on the wanted port. */
  readonly ingestion: { readonly server: Server; readonly port: number };
  /** How Twilio misbehaves; not at all by default. */
  readonly twilioFaults?: TwilioFaults;
}

/** Loads and applies the stack and starts what executes it. */
export const startStandIns = async (options: StandInOptions): Promise<StandIns> => {
  const { stack, awsUrl, workspace, clock, ingestion } = options;
  checkAttributes(stack);
  const { region } = stack;
  const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${ACCOUNT_ID}:${resource}`;
  const clients = createStandInClients(awsUrl, region);
  const listeners = await listenForApis(stack, ingestion);
  const twilioLog = openLog(join(workspace.logs(), "twilio.log"));
  let inboundUrl: string | undefined;
  const twilio = await startTwilio({
    log: twilioLog.write,
    port: 0,
    accountSid: LOCAL_TWILIO.account_sid,
    authToken: LOCAL_TWILIO.auth_token,
    now: clock.now,
    ...(options.twilioFaults && { faults: options.twilioFaults }),
    inboundUrl: () => inboundUrl,
    recordTo: join(workspace.partial, "twilio", "messages.jsonl"),
  });
  const secrets = loadSecrets(stack);
  const createdArns = await createKeysAndSecrets(clients, loadKeys(stack), secrets);
  const platform = loadPlatform(stack, {
    accountId: ACCOUNT_ID,
    region,
    awsUrl,
    twilioUrl: twilio.url,
    apiUrl: (id) => `http://127.0.0.1:${listeners.get(id)?.port}`,
    createdArns,
  });
  await applyPlatform(clients, platform, region);
  const access = createAccess(awsUrl);
  await access.learn(platform.access);
  const byRole = new Map<string, StandInClients>();
  const clientsOf = (role: string): StandInClients => {
    const known = byRole.get(role) ?? createStandInClients(awsUrl, region, role);
    byRole.set(role, known);
    return known;
  };
  for (const { address, name } of secrets) {
    const value = publishedSecrets[name.split("/").pop() ?? ""];
    if (value === undefined) throw new NightError(`local/published-secrets.ts has no value for the secret ${name}.`);
    await fillSecret(clients, createdArns.get(address) ?? "", value);
  }
  const firehoseLog = openLog(join(workspace.logs(), "firehose.log"));
  const firehose = createFirehose({
    streams: platform.streams.map(({ body }) => readDeliveryStream(body as never)),
    tables: platform.glueTables.map(({ body }) => readCatalogTable(body as never)),
    storeOf: (role) => s3Store(clientsOf(role).s3),
    readSchema: async (role, database, table) => {
      for (const resource of ["catalog", `database/${database}`, `table/${database}/${table}`]) {
        const refused = await access.refusal({
          role,
          action: "glue:GetTableVersions",
          resource: arn("glue", resource),
        });
        if (refused !== undefined) throw new Error(refused);
      }
    },
    log: firehoseLog.write,
  });
  const firehoseServer = await startFirehoseServer({
    firehose,
    port: 0,
    now: clock.now,
    refusal: async (authorization, action, stream) =>
      access.refusal({
        role: signingRole(authorization) ?? "nobody",
        action,
        resource: arn("firehose", `deliverystream/${stream}`),
      }),
  });
  const surroundings: FunctionSurroundings = {
    folder: join(workspace.work, "functions"),
    logs: workspace.logs,
    region,
    endpoints: { AWS_ENDPOINT_URL: awsUrl, AWS_ENDPOINT_URL_FIREHOSE: firehoseServer.url },
    mayLog: async ({ role, logGroup }) => {
      const resource = arn("logs", `log-group:${logGroup}:log-stream:local`);
      const asked = ["logs:CreateLogStream", "logs:PutLogEvents"].map((action) => ({ role, action, resource }));
      return (await Promise.all(asked.map(access.refusal))).every((refused) => refused === undefined);
    },
  };
  const functions = createFunctions(platform.functions, surroundings);
  const frontLog = openLog(join(workspace.logs(), "front.log"));
  const ports = { invoke: functions.invoke, now: clock.now, accessLog: frontLog.write, accountId: ACCOUNT_ID, region };
  for (const api of platform.apis) {
    const listener = listeners.get(api.id);
    if (!listener) continue;
    serveApi(listener.server, api, ports);
    if (api.routes.some(({ path }) => path === INBOUND_PATH))
      inboundUrl = `http://127.0.0.1:${listener.port}/${api.stage}${INBOUND_PATH}`;
  }
  const api = platform.apis.find(isIngestion);
  if (!api) throw new NightError("The stack has no API with the route /{version}/events/{contract}.");
  return {
    platform,
    clients,
    clientsOf,
    access,
    functions,
    surroundings,
    firehose,
    firehoseUrl: firehoseServer.url,
    twilio,
    night: nightConfigurationOf(platform),
    region,
    awsUrl,
    twilioUrl: twilio.url,
    ingestionUrl: `http://127.0.0.1:${ingestion.port}/${api.stage}`,
    ingestionPort: ingestion.port,
    ingestionStage: api.stage,
    close: async () => {
      for (const { server } of listeners.values()) {
        server.closeAllConnections();
        server.close();
      }
      await Promise.all([functions.close(), firehoseServer.close(), twilio.close()]);
      for (const open of [clients, ...byRole.values()]) open.destroy();
      for (const log of [firehoseLog, frontLog, twilioLog]) log.close();
    },
  };
};
