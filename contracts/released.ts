// A released contract never changes incompatibly: what chains send today is accepted tomorrow, and old Parquet stays
// readable. Released shapes are data in contracts/released/; `generate.js --release` writes them, and refuses a break.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Contract, Field, FieldType } from "./contract";

/** What other systems rely on in one released major. */
export type ReleasedShape = {
  readonly name: string;
  readonly major: number;
  readonly eventTypes: readonly string[];
  /** Values by partition field. */
  readonly partitions: Readonly<Record<string, readonly string[]>>;
  /** Type by required field, fields of objects as `items[].sku`. */
  readonly required: Readonly<Record<string, string>>;
  /** Type by optional field. */
  readonly optional: Readonly<Record<string, string>>;
};

/** The shape to keep once `contract` is released. */
export function shapeOf({ name, major, eventTypes, fields, partitions }: Contract): ReleasedShape {
  const typed = typedFields(fields, "");
  const only = (required: boolean) =>
    Object.fromEntries(typed.filter((field) => field.required === required).map(({ path, type }) => [path, type]));
  const values = Object.fromEntries(partitions.map((partition) => [partition.name, partition.values]));
  return { name, major, eventTypes, partitions: values, required: only(true), optional: only(false) };
}

/** Why `now` breaks those who rely on `released`: empty when it does not. */
export function incompatibilities(released: ReleasedShape, now: ReleasedShape): string[] {
  const before = { ...released.required, ...released.optional };
  const after = { ...now.required, ...now.optional };
  const found = Object.entries(before).flatMap(([field, type]) => {
    if (after[field] === undefined) return [`${field} was removed`];
    if (after[field] !== type) return [`${field} was ${type} and is now ${after[field]}`];
    if (field in released.required !== field in now.required) {
      return [`${field} is ${field in now.required ? "now" : "no longer"} required`];
    }
    return [];
  });
  for (const field of Object.keys(now.required)) if (!(field in before)) found.push(`${field} is new and required`);
  for (const type of released.eventTypes)
    if (!now.eventTypes.includes(type)) found.push(`event type ${type} was removed`);
  for (const key of new Set([...Object.keys(released.partitions), ...Object.keys(now.partitions)])) {
    const [old, values] = [released.partitions[key], now.partitions[key]];
    if (!old || !values) found.push(`partition ${key} was ${old ? "removed" : "added"}`);
    else for (const value of old) if (!values.includes(value)) found.push(`value ${value} of ${key} was removed`);
  }
  return found;
}

/** Throws one error that lists every break of a released contract, missing ones included. */
export function checkReleased(contracts: readonly Contract[], released: readonly ReleasedShape[]): void {
  const problems = released.flatMap((shape) => {
    const { name, major } = shape;
    const contract = contracts.find((each) => each.name === name && each.major === major);
    const found = contract ? incompatibilities(shape, shapeOf(contract)) : ["it was removed"];
    return found.map((problem) => `${name}/v${major}.json is released, but ${problem}`);
  });
  if (problems.length > 0) {
    const todo = "Undo it, or leave the released file and put the change in a new major (v2.json beside v1.json).";
    throw new Error(`Released contracts changed incompatibly:\n- ${problems.join("\n- ")}\n${todo}`);
  }
}

/** The shapes in `folder`; none when there is no such folder. */
export function readReleased(folder: string): ReleasedShape[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => JSON.parse(readFileSync(path.join(folder, name), "utf8")) as ReleasedShape);
}

type TypedField = { readonly path: string; readonly type: string; readonly required: boolean };

function typedFields(fields: readonly Field[], parent: string): TypedField[] {
  return fields.flatMap((field) => {
    const here = {
      path: `${parent}${field.name}`,
      type: describe(field.type, field.personal),
      required: field.required,
    };
    const { inside, below } = within(field.type, here.path);
    return inside.kind === "struct" ? [here, ...typedFields(inside.fields, `${below}.`)] : [here];
  });
}

function within(type: FieldType, below: string): { inside: FieldType; below: string } {
  return type.kind === "array" ? within(type.element, `${below}[]`) : { inside: type, below };
}

/** The type without its inner fields, which are listed by themselves: an optional one may come. */
function describe(type: FieldType, personal?: string): string {
  if (type.kind === "array") return `array<${describe(type.element)}>`;
  return personal ? `${type.kind} (${personal})` : type.kind;
}
