// Who may write what, from the two rows that a write key leads to. The chain comes from the key, never from the body.
import { ALL_SCOPES, type ChainRow, type KeyRow } from "../shared/clients";

/** A policy for API Gateway, cached for the key: it speaks of every contract, not only of the one that was asked. */
export type Authorization = {
  readonly principalId: string;
  readonly policyDocument: {
    readonly Version: "2012-10-17";
    readonly Statement: readonly {
      readonly Action: string;
      readonly Effect: "Allow" | "Deny";
      readonly Resource: readonly string[];
    }[];
  };
  /** The API key that the request counts for; without one API Gateway refuses it. */
  readonly usageIdentifierKey?: string;
  readonly context: { readonly tenant_id: string; readonly key_id: string; readonly scopes: string };
};

// A write key has 43 characters; what is far longer is not looked up.
const LONGEST_KEY = 256;

/** The write key in an Authorization header; undefined when there is none. */
export function writeKeyOf(header: string | undefined): string | undefined {
  const key = /^Bearer +([\x21-\x7e]+) *$/i.exec(header ?? "")?.[1];
  return key !== undefined && key.length <= LONGEST_KEY ? key : undefined;
}

/**
 * The policy of a key, or undefined when the key, or its chain, is unknown or revoked. It allows the whole route and
 * denies by name the known contracts that are out of scope: what is unknown reaches the collector, which keeps it.
 */
export function authorize(
  key: KeyRow | undefined,
  chain: ChainRow | undefined,
  methodArn: string,
  contracts: readonly string[],
): Authorization | undefined {
  if (key?.status !== "active" || chain?.status !== "active" || chain.tenantId !== key.tenantId) return undefined;
  const { tenantId, keyId, scopes } = key;
  const stage = methodArn.split("/").slice(0, 2).join("/");
  const denied = contracts.filter((scope) => !scopes.includes(ALL_SCOPES) && !scopes.includes(scope));
  const statement = (Effect: "Allow" | "Deny", Resource: readonly string[]) => ({
    Action: "execute-api:Invoke",
    Effect,
    Resource,
  });
  return {
    principalId: tenantId,
    policyDocument: {
      Version: "2012-10-17",
      Statement: [
        statement("Allow", [`${stage}/POST/*/events/*`]),
        ...(denied.length > 0
          ? [
              statement(
                "Deny",
                denied.map((scope) => `${stage}/POST/${routeOf(scope)}`),
              ),
            ]
          : []),
      ],
    },
    ...(chain.meteringKey === undefined ? {} : { usageIdentifierKey: chain.meteringKey }),
    context: { tenant_id: tenantId, key_id: keyId, scopes: scopes.join(" ") },
  };
}

/** `v1/events/purchase` of `v1/purchase`. */
const routeOf = (scope: string): string => scope.replace("/", "/events/");
