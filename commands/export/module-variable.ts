// A variable of a plain Terraform module, as a construct takes it: an object of references in the shape that its props ask for.
import { propertyAccess, type TerraformStack, TerraformVariable, Token } from "cdktf";

/** Strings, nested as the props nest them. */
export type Shape = "string" | readonly Shape[] | { readonly [name: string]: Shape };

/** What stands for a value of a shape. */
export type References<S> = S extends "string" ? string : { readonly [K in keyof S]: References<S[K]> };

/** Adds the variable `name` to the module; returns references to each of its strings. */
export function moduleVariable<const S extends Shape>(
  stack: TerraformStack,
  name: string,
  description: string,
  shape: S,
): References<S> {
  const variable = new TerraformVariable(stack, name, { type: typeOf(shape), description, nullable: false });
  const refer = (part: Shape, path: (string | number)[]): unknown => {
    if (part === "string")
      return Token.asString(path.length === 0 ? variable.value : propertyAccess(variable.value, path));
    if (isList(part)) return part.map((element, index) => refer(element, [...path, index]));
    return Object.fromEntries(Object.entries(part).map(([key, below]) => [key, refer(below, [...path, key])]));
  };
  return refer(shape, []) as References<S>;
}

const isList = (shape: Shape): shape is readonly Shape[] => Array.isArray(shape);

/** The shape as Terraform writes types. */
export function typeOf(shape: Shape): string {
  if (shape === "string") return "string";
  if (isList(shape)) return `tuple([${shape.map(typeOf).join(", ")}])`;
  const attributes = Object.entries(shape).map(([name, below]) => `${name} = ${typeOf(below)}`);
  return `object({ ${attributes.join(", ")} })`;
}
