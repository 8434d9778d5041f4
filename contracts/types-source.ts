// TypeScript types of every contract's events as clients send them, from the same reading that makes the tables, so that
// code which makes events is checked by what judges them. Rules between fields stay with the validators.
import type { Contract, Field, FieldType } from "./contract";

/** `Purchase`, `PurchaseV2`: the name of a contract's event type. */
export function typeName({ name, major }: Pick<Contract, "name" | "major">): string {
  const words = name.split("_").map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join("")}${major === 1 ? "" : `V${major}`}`;
}

/** A TypeScript module with one exported interface a contract. */
export function typesSource(contracts: readonly Contract[]): string {
  const types = contracts.map((contract) => {
    const about = comment(String(contract.document.description ?? contract.name), "");
    return `${about}export interface ${typeName(contract)} ${objectType(contract.fields, "")}\n`;
  });
  return types.join("\n");
}

function objectType(fields: readonly Field[], indent: string): string {
  const inner = `${indent}  `;
  const lines = fields.map(({ name, type, required, description, values }) => {
    const said = values ? values.map((value) => JSON.stringify(value)).join(" | ") : valueType(type, inner);
    return `${comment(description, inner)}${inner}readonly ${name}${required ? "" : "?"}: ${said};\n`;
  });
  return `{\n${lines.join("")}${indent}}`;
}

function valueType(type: FieldType, indent: string): string {
  switch (type.kind) {
    case "array":
      return `readonly (${valueType(type.element, indent)})[]`;
    case "struct":
      return objectType(type.fields, indent);
    case "bigint":
    case "decimal":
      return "number";
    case "boolean":
      return "boolean";
    default:
      return "string";
  }
}

const comment = (text: string, indent: string): string =>
  text === "" ? "" : `${indent}/** ${text.replaceAll("*/", "* /").replace(/\s+/g, " ")} */\n`;
