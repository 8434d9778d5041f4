// `npm run export -- --env E --out DIR`: the constructs as plain Terraform modules, for teams without CDKTF.
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { ENVIRONMENTS } from "../../environments/all";
import { chosen } from "../../environments/synthesize";
import { Refusal } from "../../modules/shared/rules";
import { exportModules } from "./export-modules";

const USAGE = "npm run export -- --env E --out DIR: one folder a module below DIR, with E's settings frozen in it";

try {
  const options = { env: { type: "string" }, out: { type: "string" } } as const;
  const { env, out } = parseArgs({ args: process.argv.slice(2), options }).values;
  if (!env || !out) throw new Refusal([`received no ${env ? "--out" : "--env"}; ${USAGE}`]);
  const [environment] = chosen(ENVIRONMENTS, [env]);
  const names = exportModules(environment!, resolve(out));
  console.log(`${names.map((name) => `${out}/${name}`).join("\n")}`);
} catch (error) {
  const isUsage = error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
  // A folder that cannot be written, or a disk that is full.
  const isOfSystem = error instanceof Error && "syscall" in error;
  if (!(error instanceof Refusal) && !isUsage && !isOfSystem) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
