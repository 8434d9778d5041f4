// Parses the Terraform expressions that synthesis emits (references, literals, lists, objects, calls, templates)
// and refuses every other construct with its text, so that nothing is ever half understood.

/** A parsed expression. */
export type Expression =
  | { readonly kind: "literal"; readonly value: null | boolean | number | string }
  | { readonly kind: "template"; readonly parts: readonly Expression[] }
  | { readonly kind: "reference"; readonly path: readonly (string | number)[] }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | { readonly kind: "object"; readonly entries: readonly (readonly [Expression, Expression])[] };

interface Cursor {
  readonly text: string;
  at: number;
}

const fail = (cursor: Cursor, what: string): never => {
  throw new Error(`cannot read the expression "${cursor.text}": ${what} at character ${cursor.at + 1}`);
};

const skip = (cursor: Cursor): void => {
  while (/\s/.test(cursor.text[cursor.at] ?? "")) cursor.at += 1;
};

const take = (cursor: Cursor, token: string): boolean => {
  skip(cursor);
  if (!cursor.text.startsWith(token, cursor.at)) return false;
  cursor.at += token.length;
  return true;
};

const expect = (cursor: Cursor, token: string): void => {
  if (!take(cursor, token)) fail(cursor, `expected "${token}"`);
};

const identifier = (cursor: Cursor): string | undefined => {
  skip(cursor);
  const found = /^[A-Za-z_][A-Za-z0-9_-]*/.exec(cursor.text.slice(cursor.at));
  if (!found) return undefined;
  cursor.at += found[0].length;
  return found[0];
};

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\" };

// Reads template text up to `end` (a closing quote, or the end of the text when empty).
const template = (cursor: Cursor, end: '"' | ""): Expression => {
  const parts: Expression[] = [];
  let text = "";
  const flush = () => {
    if (text) parts.push({ kind: "literal", value: text });
    text = "";
  };
  for (;;) {
    const rest = cursor.text.slice(cursor.at, cursor.at + 3);
    if (end && rest.startsWith(end)) break;
    if (rest === "") {
      if (end) fail(cursor, "the string is not closed");
      break;
    }
    if (rest === "$${" || rest === "%%{") {
      text += rest.slice(1);
      cursor.at += 3;
    } else if (rest.startsWith("${")) {
      flush();
      cursor.at += 2;
      parts.push(expression(cursor));
      expect(cursor, "}");
    } else if (rest.startsWith("%{")) {
      fail(cursor, "template directives are not supported");
    } else if (end && rest.startsWith("\\")) {
      const escaped = escapes[rest[1] ?? ""] ?? fail(cursor, "unknown escape");
      text += escaped;
      cursor.at += 2;
    } else {
      text += rest[0];
      cursor.at += 1;
    }
  }
  if (end) cursor.at += 1;
  flush();
  if (parts.length === 0) return { kind: "literal", value: "" };
  return parts.length === 1 ? (parts[0] as Expression) : { kind: "template", parts };
};

const list = (cursor: Cursor, close: string): Expression[] => {
  const items: Expression[] = [];
  while (!take(cursor, close)) {
    items.push(expression(cursor));
    if (!take(cursor, ",")) {
      expect(cursor, close);
      break;
    }
  }
  return items;
};

const object = (cursor: Cursor): Expression => {
  const entries: [Expression, Expression][] = [];
  while (!take(cursor, "}")) {
    const name = identifier(cursor);
    const key: Expression = name === undefined ? expression(cursor) : { kind: "literal", value: name };
    if (!take(cursor, "=")) expect(cursor, ":");
    entries.push([key, expression(cursor)]);
    take(cursor, ",");
  }
  return { kind: "object", entries };
};

const reference = (cursor: Cursor, root: string): Expression => {
  const path: (string | number)[] = [root];
  for (;;) {
    if (cursor.text[cursor.at] === ".") {
      cursor.at += 1;
      path.push(identifier(cursor) ?? fail(cursor, "expected a name"));
    } else if (cursor.text[cursor.at] === "[") {
      cursor.at += 1;
      const index = expression(cursor);
      if (index.kind !== "literal" || (typeof index.value !== "string" && typeof index.value !== "number"))
        return fail(cursor, "only a constant index is supported");
      path.push(index.value);
      expect(cursor, "]");
    } else {
      return { kind: "reference", path };
    }
  }
};

const keywords: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null };

const expression = (cursor: Cursor): Expression => {
  skip(cursor);
  if (take(cursor, '"')) return template(cursor, '"');
  if (take(cursor, "[")) return { kind: "list", items: list(cursor, "]") };
  if (take(cursor, "{")) return object(cursor);
  const number = /^-?\d+(\.\d+)?/.exec(cursor.text.slice(cursor.at));
  if (number) {
    cursor.at += number[0].length;
    return { kind: "literal", value: Number(number[0]) };
  }
  const name = identifier(cursor) ?? fail(cursor, "unknown syntax");
  if (take(cursor, "(")) return { kind: "call", name, args: list(cursor, ")") };
  if (Object.hasOwn(keywords, name)) return { kind: "literal", value: keywords[name] ?? null };
  return reference(cursor, name);
};

/** Parses a string of the synthesized JSON, `${…}` parts included. Throws with the text for what it does not know. */
export const parseTemplate = (text: string): Expression => template({ text, at: 0 }, "");
