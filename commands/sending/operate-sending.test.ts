// Over DynamoDB's protocol; what is flipped is read back as the senders read it.
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { createTable, type Moto, startMoto } from "../../lambdas/moto-fixture";
import { dynamoCircuit, REFUSALS_THAT_OPEN } from "../../lambdas/shared/circuit";
import { chainItem } from "../../lambdas/shared/clients";
import { dynamoControl } from "../../lambdas/shared/control";
import { tenantKey, token } from "../../lambdas/shared/tokens";
import { LOCAL_TOKEN_KEY } from "../../local/published-secrets";
import { operateSending } from "./operate-sending";
import type { SendingCommand } from "./sending-options";

const MONDAY = "2026-11-23";
const table = "mercafacil-test-control";
const clientsTable = "mercafacil-test-clients";
let moto: Moto;
let db: DynamoDBClient;
beforeAll(async () => {
  moto = await startMoto();
  db = new DynamoDBClient({});
  await createTable(db, table, "id");
  await createTable(db, clientsTable, "pk");
  const Item = chainItem({ tenantId: "azul", status: "active" });
  await db.send(new PutItemCommand({ TableName: clientsTable, Item }));
});
afterAll(() => moto.stop());

const run = async (command: SendingCommand, phone = "", secret = JSON.stringify({ token_key: LOCAL_TOKEN_KEY })) => {
  const said: string[] = [];
  await operateSending(command, {
    db,
    controlTable: table,
    clientsTable,
    readPhone: async () => phone,
    readTokenSecret: async () => secret,
    today: MONDAY,
    say: (line) => void said.push(line),
  });
  return said;
};
const switches = (chain = "azul") => dynamoControl(db, table).switches(chain, MONDAY);
const phoneToken = token(tenantKey(Buffer.from(LOCAL_TOKEN_KEY, "base64"), "azul"), "phone", "+5511987654321");
const isAllowed = (chain: string) => dynamoControl(db, table).isAllowed(chain, phoneToken);

test("stopping stops every chain, and going on lets each go on", async () => {
  await run({ kind: "stop" });
  expect([(await switches()).stopped, (await switches("verde")).stopped]).toEqual([true, true]);
  expect(await run({ kind: "show" })).toContain("All sending is stopped.");
  await run({ kind: "go" });
  expect((await switches()).stopped).toBe(false);
});

test("a pause stops its chain alone, and is shown", async () => {
  await run({ kind: "pause", chain: "azul" });
  expect([(await switches()).stopped, (await switches("verde")).stopped]).toEqual([true, false]);
  expect(await run({ kind: "show" })).toEqual(expect.arrayContaining(["Sending is on.", "Paused: azul"]));
  await run({ kind: "resume", chain: "azul" });
  expect((await switches()).stopped).toBe(false);
  expect(await run({ kind: "show" })).not.toContain("Paused: azul");
});

test("a name that is no chain's is told, and neither paused in silence nor allowed", async () => {
  const unknown = /^There is no chain azull: npm run clients -- list names them/;
  await expect(run({ kind: "pause", chain: "azull" })).rejects.toThrow(unknown);
  // It may be one whose row is not there yet.
  expect(await run({ kind: "show" })).toContain("Paused: azull");
  await run({ kind: "resume", chain: "azull" });
  await expect(run({ kind: "allow", chain: "azull" }, "+5511987654321")).rejects.toThrow(unknown);
  expect(await isAllowed("azull")).toBe(false);
});

test("the day's money is what senders may spend", async () => {
  await run({ kind: "budget", dailyBrl: 99.5 });
  expect((await switches()).dailyBrl).toBe(99.5);
  expect(await run({ kind: "show" })).toContain(`${MONDAY}: R$ 0.00 of R$ 99.50 spent or in senders' hands.`);
});

test("a phone in any of its forms is on its chain's list as senders look for it, and is not shown", async () => {
  const said = await run({ kind: "allow", chain: "azul" }, "+551187654321\n");
  expect([await isAllowed("azul"), await isAllowed("verde")]).toEqual([true, false]);
  const shown = await run({ kind: "show" });
  expect(shown).toContain("Allow-list of azul: 1 phone");
  expect([...said, ...shown].join("\n")).not.toMatch(/87654321|[0-9a-f]{64}/);
  await run({ kind: "disallow", chain: "azul" }, "+5511987654321");
  expect(await isAllowed("azul")).toBe(false);
});

test.each(["", "11987654321", "+551132654321", "+5511987654321 +5511987654322"])(
  "%j is no phone, which is said without it",
  async (phone) => {
    const refused = run({ kind: "allow", chain: "azul" }, phone);
    await expect(refused).rejects.toThrow("expected one mobile number in E.164");
    if (phone) await expect(refused).rejects.not.toThrow(phone);
  },
);

test("an open circuit is shown with its code", async () => {
  const circuit = dynamoCircuit(db, table);
  for (let refusal = 0; refusal < REFUSALS_THAT_OPEN; refusal++)
    await circuit.refuse("answer", "20003", Date.parse(MONDAY));
  expect((await run({ kind: "show" })).join("\n")).toMatch(
    /The circuit is open \(code 20003\): one probe after 2026-11-23T00:05/,
  );
});
