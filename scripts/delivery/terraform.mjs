// Terraform as the workflows run it: it asks nobody, it calls nobody but the provider, and what it says is seen at once.
import { spawn } from "node:child_process";

/** What tells Terraform so. */
export const QUIETLY = { TF_IN_AUTOMATION: "1", TF_INPUT: "0", CHECKPOINT_DISABLE: "1" };

/**
 * Runs Terraform in a stack's folder; resolves to its exit code and all that it wrote to its standard output.
 * @param {string} folder
 * @param {readonly string[]} args
 * @param {{silent?: boolean}} [options] silent keeps what it wrote out of the log
 */
export function terraform(folder, args, { silent = false } = {}) {
  const env = { ...process.env, ...QUIETLY };
  return new Promise((resolve, reject) => {
    const child = spawn("terraform", args, { cwd: folder, env, stdio: ["ignore", "pipe", "inherit"] });
    const said = [];
    child.stdout.on("data", (bytes) => {
      said.push(bytes);
      if (!silent) process.stdout.write(bytes);
    });
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, said: Buffer.concat(said).toString("utf8") }));
  });
}
