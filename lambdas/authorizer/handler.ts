// The authorizer: a write key in, a cached policy out. An unknown or revoked key is a 401; a table that does not answer
// is an error, and nobody is let in.
import { type DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import type { APIGatewayRequestAuthorizerEvent } from "aws-lambda";
import { contracts } from "../../generated/contracts";
import { dynamoDb } from "../shared/aws-clients";
import { chainOf, chainRowId, keyOf, keyRowId } from "../shared/clients";
import { required } from "../shared/env";
import { log } from "../shared/log";
import { type Authorization, authorize, writeKeyOf } from "./authorize";

const table = required("CLIENTS_TABLE");
const scopes = contracts.map(({ scope }) => scope);
const client = dynamoDb();

/** Answers whether the request's key may post, and where. */
export async function handler(event: APIGatewayRequestAuthorizerEvent): Promise<Authorization> {
  const writeKey = writeKeyOf(headerOf(event, "authorization"));
  const key = writeKey === undefined ? undefined : keyOf(await row(client, keyRowId(writeKey)));
  const chain = key === undefined ? undefined : chainOf(await row(client, chainRowId(key.tenantId)));
  const authorization = authorize(key, chain, event.methodArn, scopes);
  log("authorized", { allowed: authorization !== undefined, key_id: key?.keyId, tenant_id: key?.tenantId });
  // API Gateway answers 401 to an error of exactly this text.
  if (authorization === undefined) throw new Error("Unauthorized");
  return authorization;
}

async function row(db: DynamoDBClient, pk: string) {
  const { Item } = await db.send(
    new GetItemCommand({ TableName: table, Key: { pk: { S: pk } }, ConsistentRead: true }),
  );
  return Item;
}

function headerOf({ headers }: APIGatewayRequestAuthorizerEvent, name: string): string | undefined {
  return Object.entries(headers ?? {}).find(([key]) => key.toLowerCase() === name)?.[1];
}
