// How a script talks to the GitHub runner that runs it, and to GitHub through the `gh` that the runner has.
import { spawnSync } from "node:child_process";
import { appendFileSync } from "node:fs";

/** A reason to stop that a person can act on: one sentence, without a stack. */
export class Refused extends Error {}

/** Runs a script's main; a refusal is shown as the run's error and ends it. */
export async function runScript(main) {
  try {
    await main(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const line = error.message.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
    console.log(process.env.GITHUB_ACTIONS ? `::error::${line}` : error.message);
    process.exitCode = 1;
  }
}

function appendTo(variable, text) {
  const file = process.env[variable];
  if (file) appendFileSync(file, text);
  else console.log(text.trimEnd());
}

/** Gives later steps a value of one line. */
export function output(name, value) {
  if (/[\r\n]/.test(String(value))) throw new Error(`The output ${name} has several lines.`);
  appendTo("GITHUB_OUTPUT", `${name}=${value}\n`);
}

/** Writes Markdown on the run's page. */
export const summarize = (markdown) => appendTo("GITHUB_STEP_SUMMARY", `${markdown}\n`);

/** A variable that the runner sets. */
export function given(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run this in a workflow, or set it.`);
  return value;
}

/** The page of this run. */
export const runPage = () =>
  `${given("GITHUB_SERVER_URL")}/${given("GITHUB_REPOSITORY")}/actions/runs/${given("GITHUB_RUN_ID")}`;

/** Runs a command; gives what it wrote, or throws with what it said. */
export function run(command, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    ...options,
  });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed: ${error?.message ?? stderr.trim()}`);
  return stdout;
}

/** GitHub's answer below this repository; a body makes it a request of `method`. */
export function github(path, { method, body } = {}) {
  const args = ["api", `repos/${given("GITHUB_REPOSITORY")}/${path}`];
  if (method) args.push("--method", method, "--input", "-");
  const answer = run("gh", args, { input: body === undefined ? undefined : JSON.stringify(body) });
  return answer === "" ? undefined : JSON.parse(answer);
}

/** All pages of a list of GitHub's below this repository. */
export const githubPages = (path) =>
  JSON.parse(run("gh", ["api", "--paginate", "--slurp", `repos/${given("GITHUB_REPOSITORY")}/${path}`])).flat();
