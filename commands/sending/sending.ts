// `npm run sending`: stops sending and lets it go on, pauses a chain, sets the day's money, keeps the allow-lists.
import { text } from "node:stream/consumers";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { DateTime } from "luxon";
import { prefixOf } from "../../bootstrap/place";
import { ENVIRONMENTS } from "../../environments/all";
import { awsPlace } from "../environment-place";
import { operateSending } from "./operate-sending";
import { readSendingOptions } from "./sending-options";

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

const run = async (): Promise<void> => {
  const { command, environment, endpoint } = readSendingOptions(process.argv.slice(2), ENVIRONMENTS);
  const place = awsPlace(environment, endpoint);
  const prefix = prefixOf(environment.name);
  await operateSending(command, {
    db: new DynamoDBClient(place),
    controlTable: `${prefix}-control`,
    readPhone: () => text(process.stdin),
    readTokenSecret: async () => {
      const secrets = new SecretsManagerClient(place);
      return (await secrets.send(new GetSecretValueCommand({ SecretId: `${prefix}/tokens` }))).SecretString;
    },
    today: DateTime.now().setZone(environment.timeZone).toISODate() ?? "",
    say: (line) => process.stdout.write(`${line}\n`),
  });
};

// A reader of the output that goes away (a pipe into head) is no reason to fail.
process.stdout.on("error", () => undefined);

run().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
