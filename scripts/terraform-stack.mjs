// One synthesized stack in a scratch folder, driven by the real Terraform: its state is a file there, whatever backend it
// has, and its provider is the one that Terraform's own configuration finds.
import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { QUIETLY } from "./delivery/terraform.mjs";
import { NOBODYS_CREDENTIALS } from "./nobodys-credentials.mjs";

const LEAST = [1, 11];

/** Whether a version of Terraform, such as "1.11.4", knows native locking. */
export function suffices(version) {
  const [major, minor] = version.split(".").map(Number);
  return major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1]);
}

/** One sentence when there is no Terraform that knows native locking, else undefined. */
export function missingTerraform() {
  const { status, stdout } = spawnSync("terraform", ["version", "-json"], { encoding: "utf8" });
  const needed = `Terraform ${LEAST.join(".")} or later is needed on the path`;
  if (status !== 0) return `${needed}, and there is none: install it.`;
  const version = JSON.parse(stdout).terraform_version;
  return suffices(version) ? undefined : `${needed}, and this is ${version}.`;
}

/**
 * Copies a stack to a folder of its own. `run` resolves to Terraform's exit code and all that it said.
 * @param {string} source the stack's folder below cdktf.out
 */
export function openStack(source) {
  const folder = mkdtempSync(path.join(tmpdir(), "terraform-check-"));
  cpSync(source, folder, { recursive: true });
  writeFileSync(
    path.join(folder, "backend_override.tf.json"),
    JSON.stringify({ terraform: { backend: { local: {} } } }),
  );
  const answers = path.join(folder, "answers.json");
  writeFileSync(answers, "{}");
  const json = JSON.parse(readFileSync(path.join(folder, "cdk.tf.json"), "utf8"));
  return {
    folder,
    json,
    /** What AWS says that Terraform did not do: the caller, and what operators changed. */
    answer: (said) => writeFileSync(answers, JSON.stringify(said)),
    /** Puts another configuration in the place of this one; the state stays. */
    replace: (other) => cpSync(other, folder, { recursive: true }),
    run: (...args) => runTerraform(folder, answers, args),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function runTerraform(cwd, answers, args) {
  const env = {
    ...process.env,
    ...NOBODYS_CREDENTIALS,
    ...QUIETLY,
    TF_AWS_DRIFT: answers,
  };
  return new Promise((resolve) => {
    const child = spawn("terraform", [...args.slice(0, 1), "-no-color", ...args.slice(1)], { cwd, env });
    const said = [];
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => said.push(bytes));
    child.once("error", (error) => resolve({ code: 127, said: error.message }));
    child.once("close", (code) => resolve({ code, said: Buffer.concat(said).toString("utf8") }));
  });
}
