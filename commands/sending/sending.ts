// `npm run sending`: stops sending and lets it go on, pauses a chain, sets the day's money, keeps the allow-lists.
import { text } from "node:stream/consumers";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { DateTime } from "luxon";
import { prefixOf } from "../../bootstrap/place";
import { ENVIRONMENTS } from "../../environments/all";
import { awsPlace } from "../environment-place";
import { runCommand, say } from "../run-command";
import { operateSending } from "./operate-sending";
import { readSendingOptions } from "./sending-options";

const run = async (): Promise<void> => {
  const options = readSendingOptions(process.argv.slice(2), ENVIRONMENTS);
  const { command, environment } = options;
  const place = awsPlace(options);
  const prefix = prefixOf(environment.name);
  await operateSending(command, {
    db: new DynamoDBClient(place),
    controlTable: `${prefix}-control`,
    clientsTable: `${prefix}-clients`,
    readPhone: () => text(process.stdin),
    readTokenSecret: async () => {
      const secrets = new SecretsManagerClient(place);
      return (await secrets.send(new GetSecretValueCommand({ SecretId: `${prefix}/tokens` }))).SecretString;
    },
    today: DateTime.now().setZone(environment.timeZone).toISODate() ?? "",
    say,
  });
};

runCommand(run);
