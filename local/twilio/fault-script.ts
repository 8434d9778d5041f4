// A fault script as a file: read, judged by its JSON Schema and by what a schema cannot say, and refused with all that
// is wrong at once.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv2020, { type ErrorObject } from "ajv/dist/2020";
import { repositoryRoot } from "../lambda/repository-root";
import type { MessageStatus } from "./message-store";

/** Which of a run of requests, counted from 1: from `first` to `last`, and of these every so many-th. */
export interface Count {
  readonly first?: number;
  readonly last?: number;
  readonly every?: number;
}

/** Which requests a rule fits: all conditions must hold. Times are HH:mm on the platform's clock. */
export interface When {
  readonly share?: number;
  readonly recipients?: readonly string[];
  readonly sender?: string;
  readonly requests?: Count;
  readonly tries?: Count;
  readonly from?: string;
  readonly until?: string;
}

/** What a rule does: exactly one of these (fault-script.schema.json says what each means). */
export interface Effect {
  readonly account?: { readonly http: number; readonly code: number };
  readonly answer?: {
    readonly http: number;
    readonly code?: number;
    readonly retry_after_seconds?: number;
    readonly taken?: boolean;
  };
  readonly reset?: "before_taken" | "after_taken";
  readonly delay_ms?: number;
  readonly rate?: { readonly per_second: number; readonly over: "refused" | "failed" };
  readonly end?: { readonly status: MessageStatus; readonly code?: number };
  readonly callbacks?: {
    readonly statuses?: readonly MessageStatus[];
    readonly times?: number;
    readonly delay_minutes?: number;
    readonly reversed?: true;
  };
  readonly inbound?: { readonly text: string; readonly delay_minutes?: number };
}

export interface Rule {
  readonly name: string;
  readonly when?: When;
  readonly effect: Effect;
}

export interface FaultScript {
  readonly name: string;
  readonly description?: string;
  readonly seed: string;
  readonly rules: readonly Rule[];
}

/** A script that cannot be played; the message is one sentence with every mistake. */
export class FaultScriptError extends Error {
  override readonly name = "FaultScriptError";
}

const schemaFile = "local/twilio/fault-script.schema.json";

/** Reads and judges a script. Throws FaultScriptError. */
export function readFaultScript(file: string): FaultScript {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new FaultScriptError(`The fault script ${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
  let script: unknown;
  try {
    script = JSON.parse(text);
  } catch (error) {
    throw new FaultScriptError(`The fault script ${file} is no JSON: ${(error as Error).message.split("\n")[0]}.`);
  }
  const mistakes = mistakesIn(script);
  if (mistakes.length === 0) return script as FaultScript;
  const count = mistakes.length === 1 ? "a mistake" : `${mistakes.length} mistakes`;
  throw new FaultScriptError(`The fault script ${file} has ${count}: ${mistakes.join("; ")}.`);
}

/** Everything that is wrong with a script, each with where it is and what was received; empty when it can be played. */
export function mistakesIn(script: unknown): readonly string[] {
  const schema = JSON.parse(readFileSync(join(repositoryRoot(), schemaFile), "utf8")) as object;
  const validate = new Ajv2020({ allErrors: true, verbose: true }).compile(schema);
  if (!validate(script)) return [...new Set((validate.errors ?? []).map(mistakeOf))];
  return beyondSchema(script as unknown as FaultScript);
}

function mistakeOf({ instancePath, keyword, params, message = "", data }: ErrorObject): string {
  const where = placeOf(instancePath);
  if (keyword === "additionalProperties")
    return `${where} has no such field: ${JSON.stringify(params.additionalProperty)}`;
  if (keyword === "required") return `${where} lacks ${JSON.stringify(params.missingProperty)}`;
  if (instancePath.endsWith("/effect") && /^m(in|ax)Properties$/.test(keyword))
    return `${where} must be exactly one effect`;
  const wanted = keyword === "enum" ? `must be one of ${params.allowedValues.join(", ")}` : message;
  return `${where} ${wanted}, got ${JSON.stringify(data)?.slice(0, 80)}`;
}

/** `/rules/2/effect` as a person writes it: `rules[2].effect`. */
const placeOf = (pointer: string): string =>
  pointer
    .split("/")
    .slice(1)
    .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`))
    .join("")
    .replace(/^\./, "") || "the script";

function beyondSchema({ rules }: FaultScript): readonly string[] {
  return rules.flatMap(({ name, when = {}, effect }, place) => {
    const at = `rules[${place}]`;
    const mistakes: string[] = [];
    if (rules.findIndex((each) => each.name === name) < place) {
      mistakes.push(`${at}.name must be the only one of its kind, got ${JSON.stringify(name)} again`);
    }
    const { from = "00:00", until = "24:00" } = when;
    if (from >= until) mistakes.push(`${at}.when.until must be after ${from}, got ${until}`);
    for (const count of ["requests", "tries"] as const) {
      const { first = 1, last = first } = when[count] ?? {};
      if (last < first) mistakes.push(`${at}.when.${count}.last must be at least ${first}, got ${last}`);
    }
    const { account, end, callbacks } = effect;
    const others = Object.keys(when).filter((condition) => condition !== "from" && condition !== "until");
    if (account && others.length > 0) {
      mistakes.push(`${at}.when may only have from and until with the effect account, got ${others.join(", ")}`);
    }
    if (end?.code !== undefined && end.status !== "undelivered" && end.status !== "failed") {
      mistakes.push(`${at}.effect.end.code goes with undelivered or failed only, got ${end.status}`);
    }
    if (callbacks && Object.keys(callbacks).every((key) => key === "statuses")) {
      mistakes.push(`${at}.effect.callbacks needs times, delay_minutes or reversed, got statuses alone`);
    }
    if (callbacks?.reversed && Object.keys(callbacks).length > 1) {
      mistakes.push(`${at}.effect.callbacks.reversed stands alone: give times and delays in a rule of their own`);
    }
    return mistakes;
  });
}
