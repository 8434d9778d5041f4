// A column type that Glue stores is not yet one that Athena and Firehose can read: this is the grammar that they share.
// https://docs.aws.amazon.com/athena/latest/ug/data-types.html

const PRIMITIVES = [
  ...["boolean", "tinyint", "smallint", "int", "bigint", "float", "double", "string", "binary", "date", "timestamp"],
];

// Glue's own limit on the text of a type.
const MOST_CHARACTERS = 131_072;

/** Whether `type` is a Hive type: a primitive, decimal(p,s), char(n), varchar(n), array, map or struct of such. */
export function isGlueType(type: string): boolean {
  return type.length <= MOST_CHARACTERS && rest(type) === "";
}

/** What follows the type that `text` begins with; undefined when it begins with none. */
function rest(text: string): string | undefined {
  const [whole, name, opening] = /^([a-z]+)([<(]?)/.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const after = text.slice(whole.length);
  if (opening === "") return PRIMITIVES.includes(name!) ? after : undefined;
  if (opening === "(") return afterSize(name!, after);
  if (name === "array") return closed(rest(after));
  if (name === "map") return closed(afterMark(rest(after), ","));
  return name === "struct" ? afterFields(after) : undefined;
}

const closed = (text: string | undefined) => (text?.startsWith(">") ? text.slice(1) : undefined);

/** What follows `mark` and the type after it. */
function afterMark(text: string | undefined, mark: string): string | undefined {
  return text?.startsWith(mark) ? rest(text.slice(mark.length)) : undefined;
}

function afterFields(text: string): string | undefined {
  const [name] = /^[a-z_][a-z0-9_]*/.exec(text) ?? [];
  const left = name === undefined ? undefined : afterMark(text.slice(name.length), ":");
  return left?.startsWith(",") ? afterFields(left.slice(1)) : closed(left);
}

function afterSize(name: string, text: string): string | undefined {
  const [whole, first, second] = /^(\d+)(?:,(\d+))?\)/.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const [size, scale] = [Number(first), second === undefined ? undefined : Number(second)];
  const fits =
    name === "decimal"
      ? size >= 1 && size <= 38 && (scale ?? 0) <= size
      : scale === undefined && size >= 1 && size <= ({ char: 255, varchar: 65_535 }[name] ?? 0);
  return fits ? text.slice(whole.length) : undefined;
}
