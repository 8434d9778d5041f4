// `npm run docs [-- --check]`: docs/modules.md says what the sources say. Its prose is written by hand; what lies between
// `<!-- made: … -->` and `<!-- /made -->` is made from file headers, doc comments and the compiled examples.
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { findDeclaration, readDeclarations } from "./declarations.mjs";
import { root, stamped, writeWhole } from "./files.mjs";
import { MODULES } from "./package-entries.mjs";

const PAGE = path.join("docs", "modules.md");
const REGION = /<!-- made: (\S+) (\S+) -->\n.*?<!-- \/made -->/gs;

const namesIn = (type) => type.match(/\b[A-Z]\w+/g) ?? [];
const cell = (text) => text.replaceAll("|", "\\|");

/** A member's own comment, or the comment of the first type of ours that it names. */
function describe(source, { name, type, doc }) {
  const found =
    doc ||
    namesIn(type)
      .map((named) => findDeclaration(source, named)?.doc)
      .find(Boolean);
  if (!found) throw new Error(`${source}.ts: ${name} has no doc comment, and neither has its type ${type}: write one.`);
  return found;
}

function table(source, members) {
  const rows = members.map((member) => {
    const name = `\`${member.name}\`${member.optional ? ", optional" : ""}`;
    return `| ${name} | \`${cell(member.type)}\` | ${cell(describe(source, member))} |`;
  });
  return ["| Name | Type | Meaning |", "|---|---|---|", ...rows].join("\n");
}

function declarationOf(source, name) {
  const found = findDeclaration(source, name);
  if (!found) throw new Error(`${source}.ts declares no ${name}: mend scripts/package-entries.mjs.`);
  return found;
}

/** Types of ours that the named types are made of, each once, in the order in which they are met. */
function typesBelow(source, types, met) {
  for (const name of types.flatMap(namesIn)) {
    const found = met.has(name) ? undefined : findDeclaration(source, name);
    if (!found || /^class /.test(found.text)) continue;
    met.set(name, found);
    typesBelow(found.source, [found.text.slice(found.text.indexOf(name) + name.length)], met);
  }
}

const membersOf = ({ source, construct }) => [
  ...declarationOf(source, `${construct}Props`).members,
  ...declarationOf(source, construct).members,
];

/** What a region holds, by its kind; the argument is a module's subpath or an example's file. */
const KINDS = {
  promise: (name) => readDeclarations(MODULES[name].source).header,
  example: (file) => {
    const language = { ".ts": "ts", ".tf": "hcl" }[path.extname(file)];
    return `\`\`\`${language}\n${readFileSync(path.join(root, "docs", "examples", file), "utf8").trimEnd()}\n\`\`\``;
  },
  inputs: (name) =>
    table(MODULES[name].source, declarationOf(MODULES[name].source, `${MODULES[name].construct}Props`).members),
  outputs: (name) => table(MODULES[name].source, declarationOf(MODULES[name].source, MODULES[name].construct).members),
  types: () => {
    const met = new Map();
    for (const module of Object.values(MODULES))
      typesBelow(
        module.source,
        membersOf(module).map(({ type }) => type),
        met,
      );
    const blocks = [...met]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { doc, text }]) => (doc ? `/** ${doc} */\n${text}` : text));
    return `\`\`\`ts\n${blocks.join("\n\n")}\n\`\`\``;
  },
};

/** The page with every region made anew. */
export function madeAnew(page) {
  return page.replaceAll(REGION, (_, kind, argument) => {
    if (!KINDS[kind]) throw new Error(`${PAGE}: "made: ${kind}" is none of ${Object.keys(KINDS).join(", ")}.`);
    return `<!-- made: ${kind} ${argument} -->\n${KINDS[kind](argument)}\n<!-- /made -->`;
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    const made = madeAnew(readFileSync(path.join(root, PAGE), "utf8"));
    if (!stamped(PAGE, made)) {
      if (process.argv.includes("--check")) throw new Error(`${PAGE} is stale: run "npm run docs" and commit it.`);
      writeWhole(PAGE, made);
    }
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
