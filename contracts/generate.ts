// Writes generated/: everything that is derived from the contracts and needed by the compiler or by other languages.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Contract, readContracts } from "./contract";
import { summaryOf } from "./contract-summary";
import { docsPage } from "./docs-page";
import { checkReleased, readReleased, shapeOf } from "./released";
import { sparkSchema } from "./spark-schema";
import { typesSource } from "./types-source";
import { VALIDATORS_DECLARATION, validatorsSource } from "./validators";

/** `purchase_v1`: how a contract's files are named. */
export const fileName = ({ name, major }: Pick<Contract, "name" | "major">): string => `${name}_v${major}`;

/** Reads `contractsFolder` and writes all that is derived from it to `target`. Throws when a contract cannot be used. */
export function generate(contractsFolder: string, target: string, runtimeFolder: string): void {
  const contracts = readContracts(contractsFolder);
  checkReleased(contracts, readReleased(path.join(contractsFolder, "released")));
  const from = (file: string) => relativeModule(target, path.join(runtimeFolder, file));
  const files = new Map<string, string>([
    ["validators.js", validatorsSource(contracts, from("validator-runtime"))],
    ["validators.d.ts", VALIDATORS_DECLARATION],
    ["contract-types.ts", typesSource(contracts)],
    ["contracts.ts", listSource(contracts, from("contract-summary"))],
    ["contracts.md", docsPage(contracts)],
    ...contracts.map((each): [string, string] => [
      path.join("spark", `${fileName(each)}.json`),
      `${JSON.stringify(sparkSchema(each), null, 2)}\n`,
    ]),
  ]);
  for (const [name, text] of files) writeIfChanged(path.join(target, name), text);
  removeOthers(
    path.join(target, "spark"),
    contracts.map((each) => `${fileName(each)}.json`),
  );
}

function listSource(contracts: readonly Contract[], summaryModule: string): string {
  return `import type { ContractSummary } from ${JSON.stringify(summaryModule)};

/** Every contract, in the order of its table's name. */
export const contracts: readonly ContractSummary[] = ${JSON.stringify(contracts.map(summaryOf), null, 2)};
`;
}

function relativeModule(fromFolder: string, module: string): string {
  const relative = path.relative(fromFolder, module).split(path.sep).join("/");
  return relative.startsWith(".") ? relative : `./${relative}`;
}

/** An unchanged file keeps its time, so that what depends on it is not built again. */
function writeIfChanged(file: string, text: string): void {
  if (existsSync(file) && readFileSync(file, "utf8") === text) return;
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function removeOthers(folder: string, wanted: readonly string[]): void {
  for (const name of readdirSync(folder)) if (!wanted.includes(name)) rmSync(path.join(folder, name));
}

/** Keeps the shape of every contract as released; a compatible change (an optional field more) brings it up to date. */
export function release(contractsFolder: string): void {
  const folder = path.join(contractsFolder, "released");
  const contracts = readContracts(contractsFolder);
  checkReleased(contracts, readReleased(folder));
  for (const each of contracts) {
    writeIfChanged(path.join(folder, `${fileName(each)}.json`), jsonText(shapeOf(each)));
  }
}

/** JSON as this repository formats it: a list of words on one line. */
const jsonText = (value: unknown): string =>
  `${JSON.stringify(value, null, 2).replace(/\[\s+([^[\]{}]*?)\s+\]/g, (_, items: string) => `[${items.replace(/\s*\n\s*/g, " ")}]`)}\n`;

if (require.main === module) {
  const root = path.resolve(__dirname, "..", "..");
  const contractsFolder = path.join(root, "contracts");
  try {
    if (process.argv.includes("--release")) release(contractsFolder);
    generate(contractsFolder, path.join(root, "generated"), contractsFolder);
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
