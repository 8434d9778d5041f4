// Every stack is judged before the first is written: all environments alone and together, every contract, every construct.
import type { App } from "cdktf";
import { checkAll, Refusal, violations } from "../modules/shared/rules";
import { BUCKET_RULES, bucketsOf } from "./bucket-names";
import type { Environment } from "./environment";
import { environmentViolations } from "./environment-rules";
import { PlatformStack } from "./platform-stack";

/** The environments of these names, or all when none is named; an unknown name is refused with the known ones. */
export function chosen(known: readonly Environment[], names: readonly string[]): readonly Environment[] {
  const unknown = names.filter((name) => !known.some((environment) => environment.name === name));
  if (unknown.length > 0) {
    const all = known.map(({ name }) => name).join(", ");
    throw new Refusal([`received the environment ${unknown.join(", ")}; known are ${all}; take one of these`]);
  }
  return names.length === 0 ? known : known.filter(({ name }) => names.includes(name));
}

/** Writes one stack for each of `wanted`; throws one Refusal that names whatever is wrong with them or with `known`. */
export function synthesizePlatform(app: App, known: readonly Environment[], wanted: readonly Environment[]): void {
  const distinct = new Map(wanted.map((environment) => [environment.name, environment]));
  const buckets = [...distinct.values()].flatMap((environment) =>
    bucketsOf(environment, new PlatformStack(app, environment)),
  );
  checkAll(app, [...environmentViolations(known), ...violations("buckets", buckets, BUCKET_RULES)]);
  app.synth();
}
