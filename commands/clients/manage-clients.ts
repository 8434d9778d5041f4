// What `npm run clients` does: a chain's write key is shown once, when it is made, and kept nowhere.
import type { APIGatewayClient } from "@aws-sdk/client-api-gateway";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { type KeyRow, newWriteKey } from "../../lambdas/shared/clients";
import { usagePlanName } from "../../modules/ingestion/usage-plans";
import { type KnownChain, putChain, putNextKey, readChains, revokeKey } from "./client-table";
import type { ClientsCommand } from "./clients-options";
import { createMeteringKey } from "./metering";

/** Where the command works. */
export interface ClientsPorts {
  readonly db: DynamoDBClient;
  /** Absent where nothing is metered. */
  readonly api?: APIGatewayClient;
  /** Such as `mercafacil-dev`. */
  readonly prefix: string;
  /** Now, RFC 3339. */
  readonly at: string;
  readonly say: (line: string) => void;
}

// One in use, and the next one while a chain's tills take it over.
const ACTIVE_KEYS = 2;

const tableOf = ({ prefix }: ClientsPorts) => `${prefix}-clients`;
const isActive = ({ status }: { readonly status: string }) => status === "active";

/** Runs a command. Throws an error of one sentence. */
export async function manageClients(command: ClientsCommand, ports: ClientsPorts): Promise<void> {
  if (command.kind === "add") return add(command, ports);
  const chains = await readChains(ports.db, tableOf(ports));
  if (command.kind === "rotate") return rotate(chainNamed(command.chain, chains), ports);
  if (command.kind === "revoke") return revoke(command.keyId, chains, ports);
  return list(chains, ports);
}

async function add({ chain: tenantId, tier, scopes }: ClientsCommand & { kind: "add" }, ports: ClientsPorts) {
  const { db, api, prefix, at } = ports;
  const metering = api && (await createMeteringKey(api, `${prefix}-${tenantId}`, usagePlanName(prefix, tier)));
  const key: KeyRow = { tenantId, keyId: `${tenantId}-1`, status: "active", scopes };
  const writeKey = newWriteKey();
  const meteringKey = metering?.value;
  try {
    await putChain(db, tableOf(ports), { tenantId, status: "active", tier, meteringKey }, writeKey, key, at);
  } catch (error) {
    await metering?.remove();
    throw error;
  }
  show(key.keyId, writeKey, ports);
  if (!metering) ports.say("Nothing is metered here.");
}

async function rotate(chain: KnownChain, ports: ClientsPorts) {
  const { tenantId, lastKey, keys } = chain;
  const active = keys.filter(isActive);
  if (active.length >= ACTIVE_KEYS)
    throw new Error(
      `${tenantId} has ${active.length} active keys (${active.map(({ keyId }) => keyId).join(", ")}): revoke one first.`,
    );
  // The new key may write what the newest one may.
  const scopes = (active.at(-1) ?? keys.at(-1))?.scopes ?? [];
  const key: KeyRow = { tenantId, keyId: `${tenantId}-${lastKey + 1}`, status: "active", scopes };
  const writeKey = newWriteKey();
  await putNextKey(ports.db, tableOf(ports), chain, writeKey, key, ports.at);
  show(key.keyId, writeKey, ports);
}

async function revoke(keyId: string, chains: readonly KnownChain[], ports: ClientsPorts) {
  const [found] = chains.flatMap(({ tenantId, keys }) =>
    keys.filter((key) => key.keyId === keyId).map((key) => ({ tenantId, key, keys })),
  );
  if (!found) throw new Error(`There is no key ${keyId}: see the ids with list.`);
  await revokeKey(ports.db, tableOf(ports), found.key.rowId, ports.at);
  ports.say(`${keyId} is revoked; API Gateway may still let it in for 5 minutes.`);
  const left = found.keys.filter((key) => isActive(key) && key.keyId !== keyId);
  if (left.length === 0) ports.say(`${found.tenantId} has no active key left and cannot write.`);
}

function list(chains: readonly KnownChain[], { say }: ClientsPorts) {
  if (chains.length === 0) say("No chain yet.");
  for (const { tenantId, status, tier, keys } of chains) {
    say(`${tenantId}  ${status}  tier ${tier ?? "none"}`);
    for (const { keyId, status: state, scopes, createdAt } of keys)
      say(`  ${keyId}  ${state}  ${scopes.join(",")}  since ${createdAt ?? "unknown"}`);
  }
}

function chainNamed(tenantId: string, chains: readonly KnownChain[]): KnownChain {
  const found = chains.find((chain) => chain.tenantId === tenantId);
  if (!found) throw new Error(`There is no chain ${tenantId}: add it first.`);
  return found;
}

function show(keyId: string, writeKey: string, { say }: ClientsPorts) {
  say(`${keyId}: ${writeKey}`);
  say("This is the only time that the key is shown: hand it over by a safe way.");
}
