// Packages that one check needs and no newcomer: pinned in `requirements/<name>/`, installed once in `.local/<name>/`.
import { cpSync, mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { filesBelow, fingerprint, root, stamped, writeWhole } from "./files.mjs";
import { runTool } from "./run-tool.mjs";

/**
 * Installs exactly what the lock file says; a package that cannot be had fails the check.
 * @param {{name: string, what: string, say: (line: string) => void}} packages `what` they are, for the person waiting
 * @returns {Promise<string>} the folder that has the node_modules, relative to the project
 */
export async function installPinned({ name, what, say }) {
  const home = path.join(".local", name);
  const files = filesBelow([path.join("requirements", name)]);
  const stamp = path.join(home, ".stamp");
  if (stamped(stamp, fingerprint(files))) return home;
  rmSync(path.join(root, home), { recursive: true, force: true });
  mkdirSync(path.join(root, home), { recursive: true });
  for (const file of files) cpSync(path.join(root, file), path.join(root, home, path.basename(file)));
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
  await runTool({ what, command: "npm", args, cwd: path.join(root, home), say });
  writeWhole(stamp, fingerprint(files));
  return home;
}
