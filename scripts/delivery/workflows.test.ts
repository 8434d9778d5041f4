// GitHub's workflows are pinned, may do no more than they need, and agree with what they name: environments, roles, scripts.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { App, Testing } from "cdktf";
import { parse } from "yaml";
import { accountsOf, BootstrapStack } from "../../bootstrap/bootstrap-stack";
import { ciPlace } from "../../bootstrap/ci-place";
import { DEPLOY_SESSION_SECONDS, deployRole, planRole, prefixOf, REPOSITORY } from "../../bootstrap/place";
import { ENVIRONMENTS } from "../../environments/all";
import { packageRoot } from "../../modules/shared/source-root";
import { type Block, synthesized } from "../../modules/shared/synth-fixture";
import { evaluate } from "../script-fixture";

const at = (...names: string[]) => path.join(packageRoot(), ...names);
const read = (name: string) => readFileSync(at(name), "utf8");
const names = (...folder: string[]) => readdirSync(at(".github", ...folder)).sort();

/** Every file by its path, and as YAML. */
const files = [
  ...names("workflows").map((name) => `.github/workflows/${name}`),
  ...names("actions").map((name) => `.github/actions/${name}/action.yml`),
].map((file) => ({ file, text: read(file), yaml: parse(read(file)) as Block }));
const workflow = (name: string): Block => files.find(({ file }) => file === `.github/workflows/${name}.yml`)!.yaml;
const action = (uses: string): Block => parse(read(path.join(uses, "action.yml")));

const jobs = files.flatMap(({ file, yaml }) =>
  Object.entries((yaml.jobs ?? {}) as Record<string, Block>).map(([job, block]) => ({
    id: `${path.basename(file, ".yml")}.${job}`,
    job,
    block,
  })),
);
/** The steps of every job and of every action of ours, in groups that see each other's outputs. */
const groups: readonly (readonly Block[])[] = [
  ...jobs.map(({ block }) => (block.steps ?? []) as Block[]),
  ...files.flatMap(({ yaml }) => (yaml.runs ? [yaml.runs.steps as Block[]] : [])),
];
const steps = groups.flat();
const scripts = steps.flatMap(({ run }) => (run === undefined ? [] : [String(run)]));
/** An expression of GitHub's, as it stands in a file. */
const expression = (text: string) => `$${`{{ ${text} }}`}`;
const deployed = ENVIRONMENTS.filter(({ state }) => state.kind === "s3").map(({ name }) => name);

test("every action of others is pinned to a commit, with its version beside it, one of each", () => {
  const used = files
    .flatMap(({ text }) => [...text.matchAll(/uses: ([^\s#]+)(.*)/g)])
    .map(([, name, rest]) => [name!, rest!]);
  const others = used.filter(([name]) => !name!.startsWith("./"));
  expect(others.length).toBeGreaterThan(10);
  for (const [name, rest] of others) expect(`${name}${rest}`).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  const pinned = new Set(others.map(([name]) => name));
  expect(new Set([...pinned].map((name) => name!.split("@")[0])).size).toBe(pinned.size);
});

const READ = { contents: "read" };
const DEPLOY = { ...READ, actions: "read", "id-token": "write" };
test("a workflow may do nothing, and a job what it needs", () => {
  for (const { yaml } of files.filter(({ yaml }) => yaml.jobs)) expect(yaml.permissions).toEqual({});
  expect(Object.fromEntries(jobs.map(({ id, block }) => [id, block.permissions]))).toEqual({
    "check.check": READ,
    "deploy-environment.deploy": DEPLOY,
    "deploy.reviewed": { ...READ, actions: "read", "pull-requests": "read" },
    ...Object.fromEntries(deployed.map((name) => [`deploy.${name}`, DEPLOY])),
    "drift.drift": { ...READ, "id-token": "write", issues: "write" },
    // Whoever writes the comment has no role in AWS.
    "plan.comment": { ...READ, "pull-requests": "write" },
    "plan.plan": { ...READ, "id-token": "write" },
  });
});

test("they run when they should, with no rights of main for a pull request", () => {
  const triggers = (name: string) => Object.keys(workflow(name).on);
  expect(triggers("check")).toEqual(["push"]);
  expect(triggers("plan")).toEqual(["pull_request", "workflow_dispatch"]);
  expect(triggers("deploy")).toEqual(["push", "workflow_dispatch"]);
  expect(triggers("drift")).toEqual(["schedule", "workflow_dispatch"]);
  expect(triggers("deploy-environment")).toEqual(["workflow_call"]);
  expect([workflow("plan").on.pull_request.branches, workflow("deploy").on.push.branches]).toEqual([
    ["main"],
    ["main"],
  ]);
  expect(workflow("deploy").concurrency).toEqual({ group: "deploy", "cancel-in-progress": false });
  for (const { block } of jobs.filter(({ block }) => block.steps)) expect(block["timeout-minutes"]).toBeGreaterThan(0);
});

test("no checkout leaves its token behind, and no expression is written into a script", () => {
  const checkouts = steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"));
  expect(checkouts.length).toBeGreaterThan(4);
  for (const { with: options } of checkouts) expect(options).toEqual({ "persist-credentials": false });
  for (const script of scripts) expect(script).not.toContain("${{");
});

test("environments are the platform's, one after the other, each in GitHub's environment of its name", () => {
  for (const job of [workflow("plan").jobs.plan, workflow("drift").jobs.drift]) {
    expect(job.strategy).toEqual({ "fail-fast": false, matrix: { environment: deployed } });
    // In a GitHub environment the token would name that, and AWS would not give the role that plans.
    expect(job.environment).toBeUndefined();
  }
  expect(
    scripts
      .find((script) => script.includes("comment-plans.mjs"))!
      .trim()
      .split(" ")
      .slice(-deployed.length),
  ).toEqual(deployed);
  const { reviewed, ...chain } = workflow("deploy").jobs;
  expect(reviewed.if).toBe("github.ref == 'refs/heads/main'");
  expect(Object.keys(chain)).toEqual(deployed);
  for (const [place, name] of deployed.entries()) {
    expect([chain[name].needs].flat()).toEqual(["reviewed", ...deployed.slice(place - 1, place)]);
    expect(chain[name].with.environment).toBe(name);
  }
  expect(workflow("deploy-environment").jobs.deploy.environment).toBe(expression("inputs.environment"));
});

test("AWS trusts these runs and no others, and for as long as they may take", () => {
  const stacks = accountsOf(ENVIRONMENTS).map((account) =>
    synthesized(JSON.parse(Testing.synth(new BootstrapStack(new App(), account)))),
  );
  const subjects = (role: string): string[] => {
    const stack = stacks.find((each) => each.all("aws_iam_role").some(({ name }) => name === role))!;
    const { assume_role_policy: policy } = stack.one("aws_iam_role", { name: role });
    const [{ condition }] = stack.data.aws_iam_policy_document![policy.split(".")[2]]!.statement;
    return condition.find(({ variable }: Block) => variable.endsWith(":sub")).values;
  };
  for (const name of deployed) {
    expect(subjects(deployRole(prefixOf(name)))).toEqual([`repo:${REPOSITORY}:environment:${name}`]);
    expect(subjects(planRole(prefixOf(name)))).toEqual([
      `repo:${REPOSITORY}:pull_request`,
      `repo:${REPOSITORY}:ref:refs/heads/main`,
    ]);
  }
  expect(workflow("deploy-environment").jobs.deploy["timeout-minutes"] * 60).toBeLessThanOrEqual(
    DEPLOY_SESSION_SECONDS,
  );
  const roles = (name: string, all: readonly Block[]) =>
    all.filter(({ uses }) => uses?.includes(name)).map((step) => step.with["role-to-assume"]);
  expect(roles("configure-aws-credentials", action(".github/actions/plan").runs.steps)).toEqual([
    expression("steps.stack.outputs.plan_role"),
  ]);
  expect(roles("configure-aws-credentials", workflow("deploy-environment").jobs.deploy.steps)).toEqual([
    expression("steps.stack.outputs.deploy_role"),
  ]);
});

test("every script that is run exists", () => {
  const known = Object.keys(JSON.parse(read("package.json")).scripts);
  const commands = scripts.flatMap((script) =>
    [...script.matchAll(/npm run (?:--\w+ )*([\w:-]+)/g)].map(([, name]) => name!),
  );
  expect(commands.filter((name) => !known.includes(name))).toEqual([]);
  const paths = scripts.flatMap((script) => script.match(/(?<![\w/$])\.?[\w-]+(\/[\w.-]+)+/g) ?? []);
  expect(paths.length).toBeGreaterThan(7);
  const source = (name: string) => name.replace(/^dist\/(.*)\.js$/, "$1.ts");
  expect(paths.filter((name) => !existsSync(at(source(name))))).toEqual([]);
});

test("actions of ours and reusable workflows get the inputs that they ask for, and no others", () => {
  const calls = [...steps, ...jobs.map(({ block }) => block)].filter(({ uses }) => uses?.startsWith("./"));
  for (const { uses, with: given = {} } of calls) {
    const inputs = (uses.endsWith(".yml") ? parse(read(uses)).on.workflow_call.inputs : action(uses).inputs) ?? {};
    expect([uses, Object.keys(given).sort()]).toEqual([uses, Object.keys(inputs).sort()]);
  }
});

/** The outputs that a step has: those of an action of ours, or what its script writes. */
function outputsOf({ uses, run }: Block): string[] {
  if (uses) return Object.keys(action(uses).outputs);
  if (run.includes("ci-place.js")) return Object.keys(ciPlace(ENVIRONMENTS[0]!));
  const script = /scripts\/\S+\.mjs/.exec(run)![0];
  return [...read(script).matchAll(/\boutput\("(\w+)"/g)].map(([, name]) => name!);
}

test("every output that is read is written", () => {
  const readers = [...jobs.map(({ block }) => block), ...files.flatMap(({ yaml }) => (yaml.runs ? [yaml] : []))];
  const reads = readers.flatMap((reader) => {
    const own: Block[] = reader.steps ?? reader.runs?.steps ?? [];
    return [...JSON.stringify(reader).matchAll(/steps\.(\w+)\.outputs\.(\w+)/g)].map(([all, id, name]) => {
      const step = own.find((each) => each.id === id);
      return { all, written: step !== undefined && outputsOf(step).includes(name!) };
    });
  });
  expect(reads.length).toBeGreaterThan(12);
  expect(reads.filter(({ written }) => !written)).toEqual([]);
});

test("Terraform's version stands in one place and suffices", () => {
  const versions = files.flatMap(({ text }) =>
    [...text.matchAll(/terraform_version: (\S+)/g)].map(([, version]) => version!),
  );
  expect(versions).toHaveLength(1);
  expect(evaluate("terraform-stack.mjs", "it.suffices(given)", versions[0])).toBe(true);
  expect(evaluate("terraform-stack.mjs", "it.suffices(given)", "1.10.9")).toBe(false);
});
