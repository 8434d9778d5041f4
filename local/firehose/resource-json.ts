// Reads attributes of synthesized Terraform JSON; every complaint names the attribute and the value it received.

/** One resource or block, in Terraform's snake_case. */
export type Json = Readonly<Record<string, unknown>>;

/** A nested block: an object, a list of one, or nothing. */
export function blockOf(parent: Json, name: string): Json {
  const value = Array.isArray(parent[name]) ? parent[name][0] : parent[name];
  if (value === undefined || value === null) return {};
  if (typeof value !== "object") throw new Error(`${name} must be a block, not ${JSON.stringify(value)}`);
  return value as Json;
}

export function listOf(parent: Json, name: string): Json[] {
  const value = parent[name] ?? [];
  return (Array.isArray(value) ? value : [value]) as Json[];
}

export function text(parent: Json, name: string, fallback?: string): string {
  const value = parent[name] ?? fallback;
  if (typeof value !== "string" || value.includes("${")) {
    throw new Error(`${name} must be a known string, not ${JSON.stringify(value)}`);
  }
  return value;
}

export function flag(parent: Json, name: string, fallback: boolean): boolean {
  const value = parent[name] ?? fallback;
  if (typeof value !== "boolean") throw new Error(`${name} must be true or false, not ${JSON.stringify(value)}`);
  return value;
}

export function integer(parent: Json, name: string, min: number, max: number, fallback: number): number {
  const value = parent[name] ?? fallback;
  if (typeof value !== "number" || !Number.isInteger(value) || value < min || value > max) {
    throw new Error(`${name} must be a whole number from ${min} to ${max}, not ${JSON.stringify(value)}`);
  }
  return value;
}

export function choice<T extends string>(parent: Json, name: string, allowed: readonly T[], fallback?: T): T {
  const value = text(parent, name, fallback);
  const found = allowed.find((each) => each === value);
  if (found === undefined) throw new Error(`${name} must be ${allowed.join(" or ")}, not "${value}"`);
  return found;
}
