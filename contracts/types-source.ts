// TypeScript types of every contract's events as clients send them, so that code which makes events is checked by the
// same schemas that judge them.
import { compile, type JSONSchema } from "json-schema-to-typescript";
import type { Contract } from "./contract";

/** `Purchase`, `PurchaseV2`: the name of a contract's event type. */
export function typeName({ name, major }: Pick<Contract, "name" | "major">): string {
  const words = name.split("_").map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join("")}${major === 1 ? "" : `V${major}`}`;
}

/** A TypeScript module with one exported interface a contract. Rules between fields stay with the validators. */
export async function typesSource(contracts: readonly Contract[]): Promise<string> {
  const options = { bannerComment: "", format: false, additionalProperties: false, maxItems: -1 };
  const types = await Promise.all(
    contracts.map(({ name, major, document }) => {
      const { type, description, properties, required } = document;
      const shape = {
        type,
        description,
        properties,
        required,
        additionalProperties: false,
        title: typeName({ name, major }),
      };
      return compile(shape as JSONSchema, typeName({ name, major }), { ...options, ignoreMinAndMaxItems: true });
    }),
  );
  return types.join("\n");
}
