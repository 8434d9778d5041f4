// Over the real protocols of DynamoDB and API Gateway.
import {
  APIGatewayClient,
  CreateUsagePlanCommand,
  GetApiKeysCommand,
  GetUsagePlanKeysCommand,
} from "@aws-sdk/client-api-gateway";
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { createTable, type Moto, startMoto } from "../../lambdas/moto-fixture";
import { chainOf, chainRowId, keyOf, keyRowId } from "../../lambdas/shared/clients";
import type { ClientsCommand } from "./clients-options";
import { manageClients } from "./manage-clients";

const prefix = "mercafacil-test";
const table = `${prefix}-clients`;
let moto: Moto;
let db: DynamoDBClient;
let api: APIGatewayClient;
let planId = "";
beforeAll(async () => {
  moto = await startMoto();
  db = new DynamoDBClient({});
  api = new APIGatewayClient({});
  await createTable(db, table, "pk");
  planId = (await api.send(new CreateUsagePlanCommand({ name: `${prefix}-small` }))).id ?? "";
});
afterAll(() => moto.stop());

const run = async (command: ClientsCommand, metered = true): Promise<string[]> => {
  const said: string[] = [];
  const say = (line: string) => void said.push(line);
  await manageClients(command, { db, ...(metered ? { api } : {}), prefix, at: "2026-11-25T12:00:00.000Z", say });
  return said;
};
const row = async (pk: string) =>
  (await db.send(new GetItemCommand({ TableName: table, Key: { pk: { S: pk } } }))).Item;
const add = (chain: string): ClientsCommand => ({ kind: "add", chain, tier: "small", scopes: ["v1/purchase"] });
const shown = ([line = ""]: readonly string[]) => line.split(": ")[1] ?? "";
const apiKeys = async () => (await api.send(new GetApiKeysCommand({}))).items?.map(({ name }) => name) ?? [];

test("a new chain's key is shown once, kept as its hash, and counted for the chain's tier", async () => {
  const writeKey = shown(await run(add("azul")));
  expect(keyOf(await row(keyRowId(writeKey)))).toEqual({
    tenantId: "azul",
    keyId: "azul-1",
    status: "active",
    scopes: ["v1/purchase"],
  });
  const { meteringKey } = chainOf(await row(chainRowId("azul")))!;
  const { items } = await api.send(new GetUsagePlanKeysCommand({ usagePlanId: planId }));
  expect(items?.map(({ name }) => name)).toEqual([`${prefix}-azul`]);
  expect(meteringKey).toHaveLength(43);
  expect((await run({ kind: "list" })).join("\n")).not.toContain(writeKey);
});

test("a chain that is there is not made again, and no metering key is left of the attempt", async () => {
  const before = await apiKeys();
  await expect(run(add("azul"))).rejects.toThrow("there already");
  expect(await apiKeys()).toEqual(before);
});

test("two keys may be active, a third may not; a revoked one makes room", async () => {
  await run(add("verde"));
  const second = shown(await run({ kind: "rotate", chain: "verde" }));
  expect(keyOf(await row(keyRowId(second)))).toMatchObject({ keyId: "verde-2", scopes: ["v1/purchase"] });
  await expect(run({ kind: "rotate", chain: "verde" })).rejects.toThrow("verde-1, verde-2");
  expect(await run({ kind: "revoke", keyId: "verde-1" })).toHaveLength(1);
  expect(shown(await run({ kind: "rotate", chain: "verde" }))).toHaveLength(43);
  expect((await run({ kind: "list" })).filter((line) => line.includes("verde-"))).toEqual([
    expect.stringMatching(/verde-1 {2}revoked/),
    expect.stringMatching(/verde-2 {2}active/),
    expect.stringMatching(/verde-3 {2}active/),
  ]);
});

test("of two administrators who rotate at once, one is told to look again", async () => {
  await run(add("lilas"));
  const both = await Promise.allSettled([
    run({ kind: "rotate", chain: "lilas" }),
    run({ kind: "rotate", chain: "lilas" }),
  ]);
  expect(both.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect((await run({ kind: "list" })).filter((line) => /lilas-\d/.test(line))).toHaveLength(2);
});

test("revoking the last key says that the chain cannot write", async () => {
  await run(add("rosa"));
  expect((await run({ kind: "revoke", keyId: "rosa-1" })).at(-1)).toContain("rosa has no active key left");
});

test.each<[string, ClientsCommand, string]>([
  ["an unknown chain", { kind: "rotate", chain: "cinza" }, "There is no chain cinza"],
  ["an unknown key", { kind: "revoke", keyId: "cinza-1" }, "There is no key cinza-1"],
  ["a tier that is not deployed", { ...add("cinza"), tier: "large" } as ClientsCommand, "There is no usage plan"],
])("%s is one sentence", async (_what, command, sentence) => {
  await expect(run(command)).rejects.toThrow(sentence);
});

test("where nothing is metered a chain has no metering key, and that is said", async () => {
  expect((await run(add("ouro"), false)).at(-1)).toBe("Nothing is metered here.");
  expect(chainOf(await row(chainRowId("ouro")))).toEqual({ tenantId: "ouro", status: "active" });
});
