// The page that a chain's developer reads: every contract's fields as they are checked, none by hand.
import { columns } from "./columns";
import { type Contract, type Field, type FieldType, scopeName, tableName } from "./contract";

/** Markdown that describes every contract. */
export function docsPage(contracts: readonly Contract[]): string {
  const intro = [
    "# Event contracts",
    "",
    "Made from `contracts/`: change the schema, not this page. An attribute that is not listed is refused.",
  ];
  return `${[...intro, ...contracts.flatMap(section)].join("\n")}\n`;
}

function section(contract: Contract): string[] {
  const [version, name] = scopeName(contract).split("/");
  const kept = new Set(columns(contract).map((column) => column.name));
  return [
    "",
    `## ${contract.name} ${version}`,
    "",
    String(contract.document.description ?? ""),
    "",
    `\`POST /${version}/events/${name}\` · table \`${tableName(contract)}\` · event types: ${contract.eventTypes.map((type) => `\`${type}\``).join(", ")}`,
    "",
    "| field | type | required | kept as | meaning |",
    "|---|---|---|---|---|",
    ...contract.fields.flatMap((field) => rows(field, field.name, keptAs(field, kept))),
  ];
}

function keptAs(field: Field, kept: ReadonlySet<string>): string {
  if (field.personal === "name") return "vault only";
  if (field.personal) return "token";
  return kept.has(field.name) ? "column" : "partition key";
}

function rows(field: Field, name: string, kept: string): string[] {
  const values = field.values ? `: ${field.values.map((value) => `\`${value}\``).join(", ")}` : "";
  const row = `| \`${name}\` | ${typeName(field.type)}${values} | ${field.required ? "yes" : "no"} | ${kept} | ${field.description} |`;
  const inside = field.type.kind === "array" ? field.type.element : field.type;
  const below = field.type.kind === "array" ? `${name}[]` : name;
  if (inside.kind !== "struct") return [row];
  return [row, ...inside.fields.flatMap((each) => rows(each, `${below}.${each.name}`, "inside it"))];
}

function typeName(type: FieldType): string {
  if (type.kind === "array") return `array of ${typeName(type.element)}`;
  const names = { bigint: "integer", decimal: "number", struct: "object", timestamp: "date-time" } as const;
  return type.kind in names ? names[type.kind as keyof typeof names] : type.kind;
}
