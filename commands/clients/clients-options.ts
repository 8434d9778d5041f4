// What the command line of `npm run clients` asks for, checked before AWS is asked anything.
import { parseArgs } from "node:util";
import type { Environment } from "../../environments/environment";
import { ALL_SCOPES } from "../../lambdas/shared/clients";
import { TIERS, type TierName } from "../../modules/ingestion/usage-plans";
import { type CommandPlace, chainNamed, placeNamed } from "../environment-place";

/** One command. */
export type ClientsCommand =
  | { readonly kind: "add"; readonly chain: string; readonly tier: TierName; readonly scopes: readonly string[] }
  | { readonly kind: "rotate"; readonly chain: string }
  | { readonly kind: "revoke"; readonly keyId: string }
  | { readonly kind: "list" };

/** A command and where it works. */
export interface ClientsOptions extends CommandPlace {
  readonly command: ClientsCommand;
}

/** How to call it. */
export const USAGE = `npm run clients -- add --chain C --tier ${Object.keys(TIERS).join("|")} --contracts v1/purchase,…|* | rotate --chain C | revoke --key-id K | list, each with --env E [--endpoint http://127.0.0.1:PORT]`;

const text = { type: "string" } as const;

/** Reads the command line by the known environments and contracts. Throws an error of one sentence. */
export function readClientsOptions(
  args: readonly string[],
  environments: readonly Environment[],
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
  return { ...placeNamed(values, environments, USAGE), command: commandOf(kind, given, contracts) };
}

function commandOf(
  kind: string,
  given: (name: "chain" | "tier" | "contracts" | "key-id") => string,
  contracts: readonly string[],
): ClientsCommand {
  if (kind === "list") return { kind };
  if (kind === "revoke") return { kind, keyId: given("key-id") };
  const chain = chainNamed(given("chain"), USAGE);
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
