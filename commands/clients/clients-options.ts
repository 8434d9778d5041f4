// What the command line of `npm run clients` asks for, checked before AWS is asked anything.
import { parseArgs } from "node:util";
import { ALL_SCOPES, TENANT_ID } from "../../lambdas/shared/clients";
import { TIERS, type TierName } from "../../modules/ingestion/usage-plans";
import { checkStandIn } from "../environment-place";

/** One command. */
export type ClientsCommand =
  | { readonly kind: "add"; readonly chain: string; readonly tier: TierName; readonly scopes: readonly string[] }
  | { readonly kind: "rotate"; readonly chain: string }
  | { readonly kind: "revoke"; readonly keyId: string }
  | { readonly kind: "list" };

/** A command and where it works. */
export interface ClientsOptions {
  readonly command: ClientsCommand;
  readonly environment: string;
  /** Loopback address of a run that is kept, for `local`. */
  readonly endpoint?: string;
}

/** How to call it. */
export const USAGE = `npm run clients -- add --chain C --tier ${Object.keys(TIERS).join("|")} --contracts v1/purchase,…|* | rotate --chain C | revoke --key-id K | list, each with --env E [--endpoint http://127.0.0.1:PORT]`;

const text = { type: "string" } as const;

/** Reads the command line by the known environments and contracts. Throws an error of one sentence. */
export function readClientsOptions(
  args: readonly string[],
  environments: readonly string[],
  contracts: readonly string[],
): ClientsOptions {
  const options = { chain: text, tier: text, contracts: text, "key-id": text, env: text, endpoint: text };
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const [kind = "", ...more] = positionals;
  const given = (name: keyof typeof options): string => {
    const value = values[name];
    if (value === undefined || value === "") throw new Error(`${kind} needs --${name}: ${USAGE}`);
    return value;
  };
  if (!["add", "rotate", "revoke", "list"].includes(kind) || more.length > 0)
    throw new Error(`received ${JSON.stringify(positionals.join(" "))}, expected one command: ${USAGE}`);
  const environment = given("env");
  if (!environments.includes(environment))
    throw new Error(`--env: received ${environment}, known are ${environments.join(", ")}.`);
  const { endpoint } = values;
  checkStandIn(environment, "endpoint", "AWS stand-in", endpoint);
  const command = commandOf(kind, given, contracts);
  return { command, environment, ...(endpoint === undefined ? {} : { endpoint }) };
}

function commandOf(
  kind: string,
  given: (name: "chain" | "tier" | "contracts" | "key-id") => string,
  contracts: readonly string[],
): ClientsCommand {
  if (kind === "list") return { kind };
  if (kind === "revoke") return { kind, keyId: given("key-id") };
  const chain = given("chain");
  if (!TENANT_ID.test(chain))
    throw new Error(`--chain: received ${chain}, expected 1–32 lower-case letters, digits and hyphens.`);
  if (kind === "rotate") return { kind, chain };
  const tier = given("tier");
  if (!Object.hasOwn(TIERS, tier))
    throw new Error(`--tier: received ${tier}, known are ${Object.keys(TIERS).join(", ")}.`);
  const scopes = given("contracts").split(",");
  const unknown = scopes.filter((scope) => scope !== ALL_SCOPES && !contracts.includes(scope));
  if (unknown.length > 0)
    throw new Error(`--contracts: received ${unknown.join(", ")}, known are ${contracts.join(", ")}, or * for all.`);
  return { kind: "add", chain, tier: tier as TierName, scopes };
}
