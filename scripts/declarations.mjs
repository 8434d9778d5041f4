// What a source file declares and says about it, read by a parser: the documentation's tables are made from it.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "@babel/parser";
import { root } from "./files.mjs";

const oneLine = (text) => text.replace(/\s+/g, " ").trim();

/** The text of the doc comment right before a node, without its stars; empty when there is none. */
function docOf(node) {
  const comment = node.leadingComments?.at(-1);
  if (comment?.type !== "CommentBlock" || !comment.value.startsWith("*")) return "";
  return oneLine(comment.value.replace(/^\s*\*+/gm, " "));
}

function memberOf(node, text) {
  const annotation = node.typeAnnotation?.typeAnnotation;
  return {
    name: node.key.name,
    optional: node.optional === true,
    type: annotation ? oneLine(text.slice(annotation.start, annotation.end)) : "",
    doc: docOf(node),
  };
}

/** What a class gives: readonly fields that anybody may read. */
const isGiven = (node) =>
  node.type === "ClassProperty" && node.readonly && !["private", "protected"].includes(node.accessibility);

/**
 * Reads `name` (a source without its ending, from the project's folder).
 * @returns {{header: string, declared: Map<string, {doc: string, text: string, members: object[]}>, imported: Map<string, string>}}
 *   the comment that opens the file, its interfaces, types and classes, and the local sources of its imports by name
 */
export function readDeclarations(name) {
  const text = readFileSync(path.join(root, `${name}.ts`), "utf8");
  const { program } = parse(text, { sourceType: "module", plugins: ["typescript"] });
  const opening = /^(\/\/.*\n)+/.exec(text)?.[0] ?? "";
  const header = oneLine(opening.replaceAll(/^\/\/ ?/gm, ""));
  const declared = new Map();
  const imported = new Map();
  for (const statement of program.body) {
    if (statement.type === "ImportDeclaration" && statement.source.value.startsWith(".")) {
      const source = path.posix.join(path.posix.dirname(name), statement.source.value);
      for (const { local } of statement.specifiers) imported.set(local.name, source);
    }
    if (statement.type !== "ExportNamedDeclaration" || !statement.declaration?.id) continue;
    const { declaration } = statement;
    const body = {
      TSInterfaceDeclaration: () => declaration.body.body,
      ClassDeclaration: () => declaration.body.body.filter(isGiven),
    };
    const nodes = body[declaration.type]?.() ?? [];
    const members = nodes.filter(({ key }) => key).map((node) => memberOf(node, text));
    declared.set(declaration.id.name, {
      doc: docOf(statement),
      text: text.slice(declaration.start, declaration.end),
      members,
    });
  }
  return { header, declared, imported };
}

/** Where a name is declared, seen from the source `from`: its source and declaration, or undefined for what is not ours. */
export function findDeclaration(from, name) {
  const { declared, imported } = readDeclarations(from);
  if (declared.has(name)) return { source: from, ...declared.get(name) };
  const source = imported.get(name);
  return source && existsSync(path.join(root, `${source}.ts`)) ? findDeclaration(source, name) : undefined;
}
