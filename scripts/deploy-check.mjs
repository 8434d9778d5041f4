// `cdktf deploy` of one environment as a person would type it, and `cdktf destroy` after it: cdktf's own command line
// builds, synthesizes, plans and applies through the real Terraform, with the state in a file and no call home.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { root } from "./files.mjs";
import { withLock } from "./lock.mjs";
import { NOBODYS_CREDENTIALS } from "./nobodys-credentials.mjs";
import { installPinned } from "./pinned-packages.mjs";

/** The environment that is deployed: the first that goes to AWS. */
export const DEPLOYED = "dev";

/** What Terraform needs to lock providers from the mirror that its configuration names: `providers lock` ignores it. */
export function mirrorArguments(configuration) {
  const mirror = /filesystem_mirror\s*\{[^}]*?\bpath\s*=\s*"([^"]+)"/.exec(configuration)?.[1];
  return mirror === undefined ? {} : { TF_CLI_ARGS_providers_lock: `-fs-mirror=${mirror}` };
}

/** Addresses that the configuration has and the state lacks, and the other way round. */
export function differences(json, state) {
  const configured = Object.entries(json.resource).flatMap(([type, blocks]) =>
    Object.keys(blocks).map((name) => `${type}.${name}`),
  );
  const kept = state.resources.filter(({ mode }) => mode === "managed").map(({ type, name }) => `${type}.${name}`);
  return {
    missing: configured.filter((address) => !kept.includes(address)),
    unknown: kept.filter((address) => !configured.includes(address)),
  };
}

/** The environment of cdktf and of the Terraform it runs: nobody is told, and no answer is awaited. */
function quietly() {
  const file = process.env.TF_CLI_CONFIG_FILE;
  return {
    ...process.env,
    ...(file && existsSync(file) ? mirrorArguments(readFileSync(file, "utf8")) : {}),
    ...NOBODYS_CREDENTIALS,
    CHECKPOINT_DISABLE: "1",
    CI: "1",
    FORCE_COLOR: "0",
    NO_COLOR: "1",
    TF_CLI_ARGS: "-no-color",
    TF_IN_AUTOMATION: "1",
  };
}

/** Runs cdktf in the project; resolves to its exit code and all that it said. */
function runCdktf(cli, outdir, command) {
  const { app } = JSON.parse(readFileSync(path.join(root, "cdktf.json"), "utf8"));
  const stateInFile = `"${process.execPath}" scripts/state-in-file.mjs ${DEPLOYED}`;
  const args = [cli, command, DEPLOYED, "--auto-approve", "--output", outdir, "--app", `${app} && ${stateInFile}`];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, env: quietly(), stdio: ["ignore", "pipe", "pipe"] });
    const said = [];
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => said.push(bytes));
    child.once("error", (error) => resolve({ code: 127, said: error.message }));
    child.once("close", (code) => resolve({ code, said: Buffer.concat(said).toString("utf8") }));
  });
}

/**
 * Deploys and destroys; reports both.
 * @param {string} outdir an empty folder
 * @param {(name: string, problem?: string) => boolean} report told what held, or the problem
 */
export async function checkDeploy(outdir, report) {
  const what = "cdktf's command line";
  const say = (line) => console.error(line);
  const home = await withLock("cdktf-cli", () => installPinned({ name: "cdktf-cli", what, say }));
  const cli = path.join(root, home, "node_modules", "cdktf-cli", "bundle", "bin", "cdktf");
  const read = (file) => JSON.parse(readFileSync(path.join(outdir, "stacks", DEPLOYED, file), "utf8"));
  const step = async (command, problemIn) => {
    const { code, said } = await runCdktf(cli, outdir, command);
    const problem = code === 0 ? problemIn(read("terraform.tfstate")) : `ended with ${code}:\n${said.slice(-2_000)}`;
    return report(`${DEPLOYED}: cdktf ${command}`, problem);
  };
  const deployed = await step("deploy", (state) => {
    const { missing, unknown } = differences(read("cdk.tf.json"), state);
    if (missing.length + unknown.length === 0) return undefined;
    return `the state lacks ${missing.join(", ") || "nothing"} and has beside it ${unknown.join(", ") || "nothing"}`;
  });
  if (!deployed) return;
  await step("destroy", ({ resources }) => (resources.length === 0 ? undefined : `${resources.length} are left`));
}
