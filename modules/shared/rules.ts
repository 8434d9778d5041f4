// A rule table is checked whole: every failure is named at once, with the value received, the rule and what to do.
import { type App, TerraformStack, Token } from "cdktf";
import type { Construct } from "constructs";

/** One rule on a subject. A value known only to Terraform is left to Terraform. */
export interface Rule<T> {
  /** The rule as a sentence about the value, such as "bufferSeconds is a whole number from 60 to 900". */
  readonly rule: string;
  /** The value that the rule is about. */
  readonly received: (subject: T) => unknown;
  /** Whether the rule holds. */
  readonly holds: (subject: T) => boolean;
  /** What to do when it does not. */
  readonly remedy: string;
}

/** One sentence for each rule that `subject` breaks; none when it keeps them all. */
export function violations<T>(name: string, subject: T, rules: readonly Rule<T>[]): string[] {
  return rules.flatMap(({ rule, received, holds, remedy }) => {
    const value = received(subject);
    if (Token.isUnresolved(value) || holds(subject)) return [];
    return [`${name}: received ${JSON.stringify(value) ?? "nothing"}; rule: ${rule}; ${remedy}`];
  });
}

/** Makes synth refuse `subject` when it breaks a rule, together with whatever else is refused. */
export function refuseAtSynth<T>(scope: Construct, name: string, subject: T, rules: readonly Rule<T>[]): void {
  scope.node.addValidation({ validate: () => violations(name, subject, rules) });
}

/** What was refused, all of it in the message. */
export class Refusal extends Error {
  constructor(broken: readonly string[]) {
    super(
      broken.length === 1
        ? `Refused, nothing was written: ${broken[0]}`
        : `Refused, nothing was written:\n  ${broken.join("\n  ")}`,
    );
    this.name = "Refusal";
  }
}

/**
 * Throws everything that any construct of any stack refuses, at once and with the stack's name, after what is known to
 * be `broken` already; synth itself would stop at the first stack.
 */
export function checkAll(app: App, broken: readonly string[] = []): void {
  const found = app.node.findAll().flatMap((construct) => {
    const refused = construct.node.validate();
    return refused.map((sentence) =>
      construct === app ? sentence : `${TerraformStack.of(construct).node.id}: ${sentence}`,
    );
  });
  const all = [...new Set([...broken, ...found])];
  if (all.length > 0) throw new Refusal(all);
}

/** Whether `value` is a whole number from `least` to `most`. */
export function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

let zones: ReadonlySet<string> | undefined;

/** Whether `name` is a zone of the tz database, by its canonical name. */
export function isTimeZone(name: string): boolean {
  zones ??= new Set(Intl.supportedValuesOf("timeZone"));
  return zones.has(name);
}
