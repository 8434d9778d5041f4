import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { APIGatewayRequestAuthorizerEvent } from "aws-lambda";
import { createTable, type Moto, startMoto } from "../moto-fixture";
import { dynamoDb } from "../shared/aws-clients";
import { chainItem, keyItem } from "../shared/clients";

const TABLE = "mercafacil-test-clients";
const WRITE_KEY = "the-write-key-of-azul";
const key = { tenantId: "azul", keyId: "azul-1", status: "active", scopes: ["v1/purchase"] } as const;

let moto: Moto;
let authorizer: typeof import("./handler");
const written: string[] = [];

beforeAll(async () => {
  moto = await startMoto();
  process.env.CLIENTS_TABLE = TABLE;
  await createTable(dynamoDb(), TABLE, "pk");
  await put(keyItem(WRITE_KEY, key));
  await put(chainItem({ tenantId: "azul", status: "active" }));
  jest.spyOn(process.stdout, "write").mockImplementation((text) => written.push(String(text)) > 0);
  authorizer = jest.requireActual<typeof import("./handler")>("./handler");
}, 60_000);
afterAll(() => moto.stop());

const put = (Item: ReturnType<typeof keyItem>) => dynamoDb().send(new PutItemCommand({ TableName: TABLE, Item }));
const ask = (headers: Record<string, string>) =>
  authorizer.handler({
    headers,
    methodArn: "arn:aws:execute-api:sa-east-1:123456789012:api/live/POST/v1/events/purchase",
  } as unknown as APIGatewayRequestAuthorizerEvent);

describe("the authorizer", () => {
  it("lets a chain in by its key, whatever the header's case, and denies it the contracts out of scope", async () => {
    const { policyDocument, context } = await ask({ AUTHORIZATION: `Bearer ${WRITE_KEY}` });
    expect(context).toEqual({ tenant_id: "azul", key_id: "azul-1", scopes: "v1/purchase" });
    const denied = policyDocument.Statement.find(({ Effect }) => Effect === "Deny")!.Resource;
    expect(denied).toContain("arn:aws:execute-api:sa-east-1:123456789012:api/live/POST/v1/events/shopper");
    expect(denied.join()).not.toContain("purchase");
  });

  it.each([{}, { Authorization: "Bearer another" }, { Authorization: `Basic ${WRITE_KEY}` }])(
    "answers 401 to %j",
    async (headers) => {
      await expect(ask(headers as Record<string, string>)).rejects.toThrow(/^Unauthorized$/);
    },
  );

  it("answers 401 once the key or the chain is revoked", async () => {
    const header = { Authorization: `Bearer ${WRITE_KEY}` };
    await put(keyItem(WRITE_KEY, { ...key, status: "revoked" }));
    await expect(ask(header)).rejects.toThrow("Unauthorized");
    await put(keyItem(WRITE_KEY, key));
    await put(chainItem({ tenantId: "azul", status: "revoked" }));
    await expect(ask(header)).rejects.toThrow("Unauthorized");
  });

  it("logs every use by the key's id, and never the key", () => {
    expect(written.join("")).toContain('"key_id":"azul-1"');
    expect(written.join("")).not.toContain(WRITE_KEY);
  });
});
