// A synthesized stack without what only a root module may have: no provider, no backend, files found from the module's own
// folder, and a range of provider versions in place of the one that cdktf pins.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

// The bindings were made from 6.25; a new major may drop what they set.
const PROVIDERS = { aws: { source: "hashicorp/aws", version: ">= 6.25, < 7" } };
// S3's native locking, which our environments use, came with it.
const TERRAFORM = ">= 1.11";

const ASSETS = "assets";

/** The module's files by name, from the JSON of its stack; a variable that nothing refers to is none. */
export function plainModule(synthesized: string): Readonly<Record<string, object>> {
  const { provider, terraform, variable, output, ...main } = JSON.parse(synthesized, (key, value: unknown) => {
    // cdktf notes there who made what, with its own version.
    if (key === "//") return undefined;
    const isFile = typeof value === "string" && value.startsWith(`${ASSETS}/`);
    return isFile ? `\${path.module}/${value}` : value;
  });
  const used = JSON.stringify([main, output]);
  const variables = Object.entries(variable ?? {}).filter(([name]) => new RegExp(`\\bvar\\.${name}\\b`).test(used));
  return {
    "main.tf.json": main,
    // Terraform takes no empty block.
    ...(variables.length > 0 ? { "variables.tf.json": { variable: Object.fromEntries(variables) } } : {}),
    ...(output ? { "outputs.tf.json": { output } } : {}),
    "versions.tf.json": { terraform: { required_version: TERRAFORM, required_providers: PROVIDERS } },
  };
}

/** Writes the module of a stack's folder to `folder`, in place of what was there. */
export function writePlainModule(stackFolder: string, folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const files = plainModule(readFileSync(join(stackFolder, "cdk.tf.json"), "utf8"));
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(folder, name), `${JSON.stringify(content, null, 2)}\n`);
  const assets = join(stackFolder, ASSETS);
  if (existsSync(assets)) cpSync(assets, join(folder, ASSETS), { recursive: true });
}
