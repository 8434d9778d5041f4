// Finds whatever the synthesized stack says that the attribute table does not know.
import { isObject, type Json, type Stack } from "./stack";

/** What is done with the attributes of one resource type; paths are dotted, without list indices. */
export interface AttributeTable {
  readonly obeyed: readonly string[];
  /** Path (and all below it) → why it makes no difference here. */
  readonly ignored: Readonly<Record<string, string>>;
}

/** All that the local runtime knows about resource types. */
export interface AttributeTables {
  readonly attributes: Readonly<Record<string, AttributeTable>>;
  readonly ignoredTypes: Readonly<Record<string, string>>;
  readonly referencedData: readonly string[];
}

/** Arguments that any resource may carry and that no data sees. */
export const metaArguments: ReadonlySet<string> = new Set([
  "//",
  "depends_on",
  "lifecycle",
  "provider",
  "tags",
  "tags_all",
  "region",
]);

const unknownPaths = (table: AttributeTable, value: Json, path: string): readonly string[] => {
  if (path !== "" && (table.obeyed.includes(path) || Object.hasOwn(table.ignored, path))) return [];
  if (Array.isArray(value) && value.some(isObject)) return value.flatMap((item) => unknownPaths(table, item, path));
  const known = path === "" || [...table.obeyed, ...Object.keys(table.ignored)].some((p) => p.startsWith(`${path}.`));
  if (!isObject(value) || !known) return [path];
  return Object.entries(value)
    .filter(([key]) => path !== "" || !metaArguments.has(key))
    .flatMap(([key, item]) => unknownPaths(table, item, path === "" ? key : `${path}.${key}`));
};

/** Every resource type, attribute and data source of the stack that the local runtime neither obeys nor ignores. */
export const unknownAttributes = (stack: Stack, tables: AttributeTables): readonly string[] =>
  [...stack.blocks.values()].flatMap((block) => {
    if (block.mode === "data")
      return tables.referencedData.includes(block.type)
        ? []
        : [`${block.address}: the data source ${block.type} is unknown`];
    if (Object.hasOwn(tables.ignoredTypes, block.type)) return [];
    const table = tables.attributes[block.type];
    if (!table) return [`${block.address}: the resource type ${block.type} is unknown`];
    return unknownPaths(table, block.body, "").map((path) => `${block.address}: the attribute ${path} is unknown`);
  });
