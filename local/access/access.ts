// Asks the AWS stand-in, which holds the one evaluator of the stack's policies, whether a role may do something that
// this process does in the role's name (deliver, invoke, write a log).
import type { AccessDefinition } from "../loader/platform";

/** One action on one resource, with the condition keys that the call would carry. */
export interface AskedAction {
  readonly role: string;
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string>>;
}

/** The stack's roles and what they may do. */
export interface Access {
  /** Tells the stand-in of the roles; from then on it refuses what they may not do. Throws on a policy it cannot read. */
  learn(definition: AccessDefinition): Promise<void>;
  /** The sentence of the refusal; undefined when the role may. */
  refusal(asked: AskedAction): Promise<string | undefined>;
  /** The (role, action) pairs that have been refused since the roles were learnt. */
  refused(): Promise<readonly (readonly [role: string, action: string])[]>;
}

/** The access key of the machine's operator, who may do everything. */
export const OPERATOR_KEY = "local";

/** The role whose name is the access key that a request was signed with; undefined for an unsigned request. */
export const signingRole = (authorization: string | undefined): string | undefined =>
  /Credential=([^,/]+)\//.exec(authorization ?? "")?.[1];

/** Access by the stand-in at `awsUrl`; answers are remembered until the roles change. */
export const createAccess = (awsUrl: string): Access => {
  const known = new Map<string, Promise<string | undefined>>();
  const post = async (path: string, body: unknown): Promise<{ readonly ok: boolean; readonly answer: unknown }> => {
    const response = await fetch(`${awsUrl}/_access/${path}`, { method: "POST", body: JSON.stringify(body) });
    return { ok: response.ok, answer: await response.json() };
  };
  const messageOf = (answer: unknown): string => (answer as { readonly message: string }).message;
  return {
    learn: async (definition) => {
      known.clear();
      const { ok, answer } = await post("roles", {
        account: definition.accountId,
        region: definition.region,
        roles: definition.roles,
        keys: definition.keys,
        instance_profiles: definition.instanceProfiles,
      });
      if (!ok) throw new Error(messageOf(answer));
    },
    refusal: (asked) => {
      if (asked.role === OPERATOR_KEY) return Promise.resolve(undefined);
      const key = JSON.stringify([asked.role, asked.action, asked.resource, asked.context]);
      const found =
        known.get(key) ?? post("check", asked).then(({ ok, answer }) => (ok ? undefined : messageOf(answer)));
      known.set(key, found);
      return found;
    },
    refused: async () => (await post("refused", {})).answer as readonly (readonly [string, string])[],
  };
};
