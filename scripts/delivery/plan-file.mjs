// What a saved plan holds beside its changes: the configuration that it was made of and the providers that made it.
import { unzipSync } from "fflate";

const CONFIGURATION = "tfconfig/m-/cdk.tf.json";
const LOCK = ".terraform.lock.hcl";

function entry(bytes, name) {
  const found = unzipSync(bytes, { filter: (file) => file.name === name })[name];
  return found === undefined ? undefined : Buffer.from(found);
}

/** The stack's JSON inside a plan file; undefined where it has none. */
export const configurationIn = (bytes) => entry(bytes, CONFIGURATION);

/** The lock file inside a plan file: versions and checksums of the providers. */
export const providersIn = (bytes) => entry(bytes, LOCK);

/** Name of the lock file in a stack's folder. */
export const LOCK_FILE = LOCK;
