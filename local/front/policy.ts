// Decides by an authorizer's IAM policy as API Gateway does: an explicit Deny wins, then an Allow, else no.
import { isObject } from "../loader/stack";

/** What a policy says about one method ARN. */
export type Verdict = "allow" | "explicit deny" | "implicit deny";

const texts = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).filter((item): item is string => typeof item === "string");

const matches = (pattern: string, text: string, flags = ""): boolean => {
  const source = pattern.replace(/[.*+?^${}()|[\]\\]/g, (found) =>
    found === "*" ? "[^]*" : found === "?" ? "[^]" : `\\${found}`,
  );
  return new RegExp(`^${source}$`, flags).test(text);
};

/** The verdict of `policyDocument` on invoking `methodArn`. Throws when the document is no policy. */
export const evaluatePolicy = (policyDocument: unknown, methodArn: string): Verdict => {
  const statements = isObject(policyDocument) ? policyDocument.Statement : undefined;
  if (statements === undefined) throw new Error("the authorizer's policyDocument has no Statement");
  let allowed = false;
  for (const statement of Array.isArray(statements) ? statements : [statements]) {
    if (!isObject(statement)) throw new Error("the authorizer's policyDocument holds a statement that is no object");
    if (statement.Condition !== undefined || statement.NotAction !== undefined || statement.NotResource !== undefined)
      throw new Error("the local front does not evaluate Condition, NotAction or NotResource");
    const applies =
      texts(statement.Action).some((action) => matches(action, "execute-api:Invoke", "i")) &&
      texts(statement.Resource).some((resource) => matches(resource, methodArn));
    if (!applies) continue;
    if (statement.Effect === "Deny") return "explicit deny";
    if (statement.Effect === "Allow") allowed = true;
  }
  return allowed ? "allow" : "implicit deny";
};
