// What is wrong with an event in words that its sender can act on, and a second path for what is kept: an attribute's
// name is the client's text, and may be somebody's CPF.
import type { Validator } from "../../generated/validators";

/** Where and what. Paths are JSON pointers; `safePath` holds only field names of the contract and array indices. */
export type SchemaProblem = { readonly path: string; readonly safePath: string; readonly message: string };

// Longer names of attributes are cut in answers: 500 of them must fit.
const NAME_LENGTH = 64;

/** The first problem that `validate` found in its last call. */
export function schemaProblem(validate: Validator, fieldNames: readonly string[]): SchemaProblem {
  const problems = validate.errors ?? [];
  const choice = problems.find(({ keyword }) => keyword === "anyOf" || keyword === "oneOf");
  const first = choice ?? problems[0];
  if (first === undefined) return { path: "", safePath: "", message: "is not valid" };
  const { keyword, instancePath, params, message = "is not valid" } = first;
  if (choice) return at(instancePath, choiceMessage(validate) ?? message);
  if (keyword === "additionalProperties") {
    const name = String(params.additionalProperty);
    const known = fieldNames.includes(name);
    const path = `${instancePath}/${segment(name)}`;
    return { path, safePath: `${instancePath}/${known ? name : "*"}`, message: "is no field of this contract" };
  }
  if (keyword === "required") return at(`${instancePath}/${String(params.missingProperty)}`, "is required");
  if (keyword === "enum") return at(instancePath, `must be one of ${(params.allowedValues as string[]).join(", ")}`);
  return at(instancePath, message);
}

const at = (path: string, message: string): SchemaProblem => ({ path, safePath: path, message });

/** An event that is not even an object. */
export const NO_OBJECT: SchemaProblem = at("", "must be an object");

function choiceMessage(validate: Validator): string | undefined {
  const missing = (validate.errors ?? [])
    .filter(({ keyword }) => keyword === "required")
    .map(({ params }) => String(params.missingProperty));
  return missing.length > 0 ? `must have ${missing.join(" or ")}` : undefined;
}

/** A name as a segment of a JSON pointer. */
function segment(name: string): string {
  const short = [...name.slice(0, 2 * NAME_LENGTH)].slice(0, NAME_LENGTH).join("");
  return (short === name ? name : `${short}…`).replaceAll("~", "~0").replaceAll("/", "~1");
}
