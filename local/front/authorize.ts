// Asks a REQUEST authorizer whether a request may pass, and remembers its answer for as long as the method says.
import type { Authorizer } from "../loader/platform";
import { isObject } from "../loader/stack";
import { evaluatePolicy } from "./policy";
import { gatewayAnswer, type RawAnswer } from "./proxy-event";

/** Either the context for the integration, or the answer that ends the request. */
export type Authorization = { readonly context: Readonly<Record<string, unknown>> } | { readonly answer: RawAnswer };

/** Invokes a function of the stack at a played instant. */
export type Invoke = (functionName: string, event: unknown, nowMs: number) => Promise<unknown>;

interface CachedResult {
  readonly untilMs: number;
  readonly result: unknown;
}

const denied = (explicit: boolean): Authorization => ({
  answer: gatewayAnswer(
    403,
    `User is not authorized to access this resource${explicit ? " with an explicit deny" : ""}`,
    "AccessDeniedException",
  ),
});

const brokenAuthorizer: Authorization = {
  answer: gatewayAnswer(500, "Internal server error", "AuthorizerConfigurationException"),
};

/** What one request asks of an authorizer. */
export interface AuthorizationRequest {
  readonly authorizer: Authorizer;
  readonly header: (name: string) => string | undefined;
  readonly methodArn: string;
  readonly event: Readonly<Record<string, unknown>>;
  readonly nowMs: number;
}

/** Creates the authorizing step of one REST API, with its own result cache on the played clock. */
export const createAuthorize = (invoke: Invoke) => {
  const cache = new Map<string, CachedResult>();

  const resultOf = async (request: AuthorizationRequest, identity: readonly string[]): Promise<unknown> => {
    const { authorizer, nowMs } = request;
    const key = JSON.stringify([authorizer.functionName, ...identity]);
    const cached = cache.get(key);
    if (cached && nowMs < cached.untilMs) return cached.result;
    const event = { ...request.event, type: "REQUEST", methodArn: request.methodArn };
    const result = await invoke(authorizer.functionName, event, nowMs);
    if (authorizer.resultTtlSeconds > 0)
      cache.set(key, { untilMs: nowMs + authorizer.resultTtlSeconds * 1000, result });
    return result;
  };

  return async (request: AuthorizationRequest): Promise<Authorization> => {
    const identity = request.authorizer.identityHeaders.map(request.header);
    if (identity.some((value) => value === undefined || value === ""))
      return { answer: gatewayAnswer(401, "Unauthorized", "UnauthorizedException") };
    if (!request.authorizer.isInvokable) return brokenAuthorizer;
    try {
      const result = await resultOf(request, identity as string[]);
      if (!isObject(result)) return brokenAuthorizer;
      const verdict = evaluatePolicy(result.policyDocument, request.methodArn);
      if (verdict !== "allow") return denied(verdict === "explicit deny");
      const context = isObject(result.context) ? result.context : {};
      return { context: { ...context, principalId: result.principalId ?? "" } };
    } catch (error) {
      return error instanceof Error && error.message === "Unauthorized"
        ? { answer: gatewayAnswer(401, "Unauthorized", "UnauthorizedException") }
        : brokenAuthorizer;
    }
  };
};
