// What a saved plan holds beside its changes, the configuration that it was made of and the providers that made it, and how
// it stands to a synthesized stack.
import { readFileSync } from "node:fs";
import path from "node:path";
import { unzipSync } from "fflate";
import { sha256, stackDigest } from "./stack-digest.mjs";

const CONFIGURATION = "tfconfig/m-/cdk.tf.json";
/** Name of the lock file in a stack's folder, and in a plan file. */
export const LOCK_FILE = ".terraform.lock.hcl";

function entry(bytes, name) {
  const found = unzipSync(bytes, { filter: (file) => file.name === name })[name];
  return found === undefined ? undefined : Buffer.from(found);
}

/**
 * What `refusePlan` asks of a plan file and the stack that it is to be applied to.
 * @param {string} file the plan
 * @param {string} folder the stack's folder, as the synth left it
 */
export function planBeside(file, folder) {
  const bytes = readFileSync(file);
  const configuration = readFileSync(path.join(folder, "cdk.tf.json"));
  return {
    plan: sha256(bytes),
    stack: stackDigest(folder),
    sameConfiguration: entry(bytes, CONFIGURATION)?.equals(configuration) ?? false,
  };
}

/** The lock file inside a plan file: versions and checksums of the providers. */
export const providersIn = (bytes) => entry(bytes, LOCK_FILE);
