// `npm run clients`: makes, rotates, revokes and lists the chains' write keys of an environment.
import { APIGatewayClient } from "@aws-sdk/client-api-gateway";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { prefixOf } from "../../bootstrap/place";
import { ENVIRONMENTS } from "../../environments/all";
import { contracts } from "../../generated/contracts";
import { awsPlace } from "../environment-place";
import { runCommand, say } from "../run-command";
import { readClientsOptions } from "./clients-options";
import { manageClients } from "./manage-clients";

const run = async (): Promise<void> => {
  const scopes = contracts.map(({ scope }) => scope);
  const options = readClientsOptions(process.argv.slice(2), ENVIRONMENTS, scopes);
  const { command, environment, endpoint } = options;
  const place = awsPlace(options);
  await manageClients(command, {
    db: new DynamoDBClient(place),
    ...(endpoint === undefined ? { api: new APIGatewayClient(place) } : {}),
    prefix: prefixOf(environment.name),
    at: new Date().toISOString(),
    say,
  });
};

runCommand(run);
