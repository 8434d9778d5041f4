// A chain's requests are counted by an API key in its tier's usage plan. The key lets nobody in.
import { randomBytes } from "node:crypto";
import {
  type APIGatewayClient,
  CreateApiKeyCommand,
  CreateUsagePlanKeyCommand,
  DeleteApiKeyCommand,
  paginateGetUsagePlans,
} from "@aws-sdk/client-api-gateway";

/** A key made for a chain. */
export interface MeteringKey {
  readonly value: string;
  /** Takes the key back, when the chain could not be written. */
  readonly remove: () => Promise<void>;
}

// API Gateway takes 20–128 characters.
const KEY_BYTES = 32;

/** Makes a key named `name` in the usage plan named `plan`. Throws one sentence when there is no such plan. */
export async function createMeteringKey(api: APIGatewayClient, name: string, plan: string): Promise<MeteringKey> {
  let planId: string | undefined;
  for await (const page of paginateGetUsagePlans({ client: api }, {}))
    planId ??= page.items?.find((each) => each.name === plan)?.id;
  if (planId === undefined) throw new Error(`There is no usage plan ${plan}: deploy the environment first.`);
  const value = randomBytes(KEY_BYTES).toString("base64url");
  const { id } = await api.send(new CreateApiKeyCommand({ name, value, enabled: true }));
  const remove = async () => void (await api.send(new DeleteApiKeyCommand({ apiKey: id })));
  try {
    await api.send(new CreateUsagePlanKeyCommand({ usagePlanId: planId, keyId: id, keyType: "API_KEY" }));
  } catch (error) {
    await remove();
    throw error;
  }
  return { value, remove };
}
