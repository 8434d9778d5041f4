// `npm run clients`: makes, rotates, revokes and lists the chains' write keys of an environment.
import { APIGatewayClient } from "@aws-sdk/client-api-gateway";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { prefixOf } from "../../bootstrap/place";
import { ENVIRONMENTS } from "../../environments/all";
import { contracts } from "../../generated/contracts";
import { awsPlace } from "../environment-place";
import { readClientsOptions } from "./clients-options";
import { manageClients } from "./manage-clients";

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

const run = async (): Promise<void> => {
  const names = ENVIRONMENTS.map(({ name }) => name);
  const scopes = contracts.map(({ scope }) => scope);
  const { command, environment, endpoint } = readClientsOptions(process.argv.slice(2), names, scopes);
  const region = ENVIRONMENTS.find(({ name }) => name === environment)?.region ?? "";
  const place = awsPlace({ region }, endpoint);
  await manageClients(command, {
    db: new DynamoDBClient(place),
    ...(endpoint === undefined ? { api: new APIGatewayClient(place) } : {}),
    prefix: prefixOf(environment),
    at: new Date().toISOString(),
    say: (line) => process.stdout.write(`${line}\n`),
  });
};

// A reader of the output that goes away (a pipe into head) is no reason to fail.
process.stdout.on("error", () => undefined);

run().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
