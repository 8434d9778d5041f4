// Applies a saved plan with the very providers that made it. Terraform refuses it once the state has changed.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { LOCK_FILE, providersIn } from "./plan-file.mjs";
import { REMEDY } from "./reviewed-plan.mjs";

/**
 * Resolves to undefined when all of it is applied, else to a sentence that says what to do.
 * @param {object} options
 * @param {(args: readonly string[]) => Promise<{code: number}>} options.terraform runs in the stack's folder
 * @param {string} options.environment
 * @param {string} options.folder the stack's folder
 * @param {string} options.file the plan, an absolute path
 */
export async function applyPlan({ terraform, environment, folder, file }) {
  const providers = providersIn(readFileSync(file));
  if (providers) writeFileSync(path.join(folder, LOCK_FILE), providers);
  // Read-only: providers of another checksum than those of the plan are refused.
  const initialized = await terraform(["init", "-no-color", "-lockfile=readonly"]);
  if (initialized.code !== 0)
    return `${environment} is untouched: Terraform could not be initialized (see above): run the failed jobs again once that is mended.`;
  const { code } = await terraform(["apply", "-no-color", file]);
  // Whether the plan was stale or a part of it failed: the state is another one now, and so is the plan.
  return code === 0 ? undefined : `The plan of ${environment} is not, or not wholly, applied (see above): ${REMEDY}`;
}
