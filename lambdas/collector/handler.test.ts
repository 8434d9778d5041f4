import { CreateKeyCommand } from "@aws-sdk/client-kms";
import { CreateSecretCommand, PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import type { APIGatewayProxyEvent, Context } from "aws-lambda";
import { contracts } from "../../generated/contracts";
import { createTable, type Moto, startMoto } from "../moto-fixture";
import { dynamoDb, kms, secretsManager } from "../shared/aws-clients";
import { tenantKey, token } from "../shared/tokens";
import { readPerson } from "../shared/vault";
import { MASTER_KEY, purchase, TENANT, uuid } from "./collector-fixture";
import { type FakeFirehose, startFakeFirehose } from "./firehose-fixture";

const VAULT = "mercafacil-test-vault";
const PERSONAL = ["529.982.247-25", "52998224725", "+5511987654321", "Maria Aparecida", "cartao-77"];

let moto: Moto;
let streams: FakeFirehose;
let collector: typeof import("./handler");
let secretArn: string;
const written: string[] = [];

beforeAll(async () => {
  moto = await startMoto();
  streams = await startFakeFirehose();
  process.env.AWS_ENDPOINT_URL_FIREHOSE = streams.url;
  await createTable(dynamoDb(), VAULT, "person", "fact");
  const { KeyMetadata } = await kms().send(new CreateKeyCommand({ KeyUsage: "ENCRYPT_DECRYPT", KeySpec: "RSA_3072" }));
  const secret = await secretsManager().send(new CreateSecretCommand({ Name: "mercafacil-test/tokens" }));
  secretArn = secret.ARN!;
  Object.assign(process.env, {
    STREAMS: JSON.stringify(Object.fromEntries(contracts.map(({ scope, name }) => [scope, `stream-${name}`]))),
    QUARANTINE_STREAM: "stream-quarantine",
    VAULT_TABLE: VAULT,
    TOKEN_SECRET_ARN: secretArn,
    SEAL_KEY_ARN: KeyMetadata!.KeyId!,
    TIME_ZONE: "America/Sao_Paulo",
    PARTITION_GRANULARITY: "hour",
  });
  jest.spyOn(process.stdout, "write").mockImplementation((text) => written.push(String(text)) > 0);
  collector = jest.requireActual<typeof import("./handler")>("./handler");
}, 60_000);
afterAll(async () => {
  moto.stop();
  await streams.stop();
});

async function post(contract: string, body: unknown) {
  const event = {
    body: JSON.stringify(body),
    isBase64Encoded: false,
    pathParameters: { version: "v1", contract },
    requestContext: { authorizer: { tenant_id: TENANT, key_id: "azul-1", scopes: "*" } },
  };
  const context = { getRemainingTimeInMillis: () => 29_000 };
  const answer = await collector.handler(event as unknown as APIGatewayProxyEvent, context as Context);
  return { status: answer.statusCode, ...(JSON.parse(answer.body) as { accepted: number; not_accepted?: unknown }) };
}
const now = (more = {}) => ({ ...purchase(1), occurred_at: new Date().toISOString(), ...more });

describe("the collector on AWS's protocols", () => {
  it("answers 503 while the secret is empty, and takes the same events once it is filled", async () => {
    expect(await post("purchase", now())).toMatchObject({
      status: 503,
      not_accepted: [{ index: 0, event_id: uuid(1) }],
    });
    const value = JSON.stringify({ token_key: MASTER_KEY.toString("base64") });
    await secretsManager().send(new PutSecretValueCommand({ SecretId: secretArn, SecretString: value }));
    expect(await post("purchase", now())).toMatchObject({ status: 202, accepted: 1 });
    expect(streams.lines("stream-purchase")).toHaveLength(1);
  });

  it("puts phone and consent in the vault, where the sender finds them by the token", async () => {
    const shopper = now({
      items: undefined,
      event_type: "consent_granted",
      channel: "sms",
      phone: PERSONAL[2],
      name: PERSONAL[3],
      loyalty_id: PERSONAL[4],
    });
    expect(await post("shopper", shopper)).toMatchObject({ status: 202, accepted: 1 });
    const { cpf } = JSON.parse(streams.lines("stream-shopper")[0]!);
    expect(cpf).toBe(token(tenantKey(MASTER_KEY, TENANT), "cpf", "52998224725"));
    expect(await readPerson(dynamoDb(), VAULT, TENANT, cpf)).toMatchObject({
      phone: PERSONAL[2],
      consents: { sms: true, whatsapp: false },
    });
  });

  it("sends again only what Firehose refused behind its 200", async () => {
    streams.refuseOnce((line) => line.includes(uuid(8)));
    const before = streams.calls.length;
    expect(await post("purchase", [now({ event_id: uuid(7) }), now({ event_id: uuid(8) })])).toMatchObject({
      status: 202,
      accepted: 2,
    });
    expect(streams.calls.slice(before).map(({ lines }) => lines.length)).toEqual([2, 1]);
    expect(streams.lines("stream-purchase").filter((line) => line.includes(uuid(8)))).toHaveLength(1);
  });

  it("seals a rejected event under the KMS key, with nothing personal in the clear", async () => {
    expect(await post("purchase", [now({ "529.982.247-25": PERSONAL[3] })])).toMatchObject({
      status: 202,
      accepted: 0,
    });
    const [line] = streams.lines("stream-quarantine");
    expect(JSON.parse(line!)).toMatchObject({
      reason: "SCHEMA",
      path: "/*",
      sealed: expect.stringMatching(/^[A-Za-z0-9+/=]{400,}$/),
    });
  });

  it("writes no CPF, phone, name or loyalty number to a stream or a log, and names every failure", async () => {
    await post("shopper", now({ phone: "+55 11 98765-4321", name: PERSONAL[3], [PERSONAL[1]!]: PERSONAL[0] }));
    const everything = [...written, ...streams.calls.flatMap(({ lines }) => lines)].join("");
    for (const value of PERSONAL) expect(everything).not.toContain(value);
    expect(written.join("")).toContain('"step":"secret"');
    expect(written.join("")).toContain('"key_id":"azul-1"');
    expect(written.join("")).toContain('"rejected":{"SCHEMA":1}');
  });

  it("does not run without an authorizer before it", async () => {
    const event = { body: "{}", pathParameters: {}, requestContext: {} };
    const context = { getRemainingTimeInMillis: () => 29_000 };
    const answer = collector.handler(event as unknown as APIGatewayProxyEvent, context as Context);
    await expect(answer).rejects.toThrow(/tenant_id/);
  });
});
