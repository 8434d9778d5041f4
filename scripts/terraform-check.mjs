// `npm run terraform:check [-- ENV…]`: every environment goes through the real Terraform, from nothing to nothing, or to
// the refusal that protects its data. Apart from `npm test`, because it needs Terraform; closed by the same plain line.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { reviewOf } from "./delivery/plan-review.mjs";
import { checkDelivery, reviewProblem } from "./delivery-check.mjs";
import { checkDeploy, DEPLOYED } from "./deploy-check.mjs";
import { root } from "./files.mjs";
import { checkPolicies } from "./policy-check.mjs";
import { asksAws } from "./provider-kind.mjs";
import { checkReuse } from "./reuse-check.mjs";
import {
  expectedCaller,
  fitNetwork,
  lostBy,
  operatorsChanges,
  protectedAddresses,
  refusedToDestroy,
} from "./terraform-facts.mjs";
import { missingTerraform, openStack } from "./terraform-stack.mjs";

const shownLines = 30;
const folder = mkdtempSync(path.join(tmpdir(), "terraform-check-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

let passed = 0;
let failed = 0;
function report(name, problem) {
  if (problem === undefined) passed += 1;
  else failed += 1;
  console.log(problem === undefined ? `ok    ${name}` : `FAIL  ${name}\n      ${problem.replaceAll("\n", "\n      ")}`);
  return problem === undefined;
}
const tail = (said) => said.trimEnd().split("\n").slice(-shownLines).join("\n");

/** Synthesizes into a folder of its own from `project`, and returns where the stacks are. */
function synthesize(project, outdir, names = []) {
  const env = { ...process.env, CDKTF_OUTDIR: outdir };
  const { status, stderr } = spawnSync(process.execPath, ["dist/main.js", ...names], {
    cwd: project,
    env,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return path.join(outdir, "stacks");
}

/** The project with every module under another construct id: everything but the compiled stack is borrowed. */
function renamedProject() {
  const project = path.join(folder, "renamed");
  mkdirSync(path.join(project, "dist"), { recursive: true });
  const borrow = (name) => symlinkSync(path.join(root, name), path.join(project, name));
  for (const name of ["contracts", "dags", "generated", "models", "node_modules", "package.json", "spark"])
    borrow(name);
  for (const name of readdirSync(path.join(root, "dist")).filter((name) => name !== "bundles" && name !== "local"))
    cpSync(path.join(root, "dist", name), path.join(project, "dist", name), { recursive: true });
  borrow(path.join("dist", "bundles"));
  const stack = path.join(project, "dist", "environments", "platform-stack.js");
  const source = readFileSync(stack, "utf8");
  const renamed = source.replace(/\(this, "(lake|ingestion|mwaa-orchestration|dispatch)", /g, '(this, "renamed-$1", ');
  if (renamed === source)
    throw new Error("The compiled stack names no module any more: mend scripts/terraform-check.mjs.");
  writeFileSync(stack, renamed);
  return project;
}

async function checkEnvironment(name, source, renamed, asking) {
  const stack = openStack(source);
  const step = async (what, code, ...args) => {
    const ended = await stack.run(...args);
    const fine = ended.code === code;
    report(`${name}: ${what}`, fine ? undefined : `ended with ${ended.code}, expected ${code}:\n${tail(ended.said)}`);
    return fine ? ended : undefined;
  };
  try {
    if (!(await step("init", 0, "init")) || !(await step("validate", 0, "validate")) || asking) return undefined;
    const caller = expectedCaller(stack.json);
    const account = {
      ...(caller && { "data.aws_caller_identity": { arn: caller, account_id: caller.split(":")[4] } }),
      ...fitNetwork(stack.json),
    };
    if (caller) {
      const { code, said } = await stack.run("plan");
      const told = code === 1 && /is deployed by CI alone/.test(said.replaceAll(/[│\s]+/g, " "));
      report(`${name}: another caller is refused`, told ? undefined : tail(said));
    }
    if (fitNetwork(stack.json)) {
      const { code, said } = await stack.run("plan");
      const told =
        code === 1 && /lacks the tag for-use-with-amazon-emr-managed-policies/.test(said.replaceAll(/[│\s]+/g, " "));
      report(`${name}: a network without EMR's tag is refused`, told ? undefined : tail(said));
    }
    stack.answer(account);
    const plan = await checkDelivery(name, stack, path.join(folder, "planned", name), report);
    if (plan === undefined) return undefined;
    const planFile = path.join(folder, `${name}.json`);
    writeFileSync(planFile, plan);
    await step("a second plan is empty", 0, "plan", "-detailed-exitcode");
    await checkOperators(name, stack, account, step);
    await checkRename(name, stack, renamed);
    await checkDestroy(name, stack);
    return planFile;
  } finally {
    stack.close();
  }
}

/** What operators flip is neither drift nor reset. */
async function checkOperators(name, stack, account, step) {
  const state = JSON.parse((await stack.run("show", "-json")).said);
  const changes = operatorsChanges(state.values.root_module.resources);
  if (
    !report(
      `${name}: operators have something to change`,
      Object.keys(changes).length >= 3 ? undefined : JSON.stringify(changes),
    )
  )
    return;
  stack.answer({ ...account, ...changes });
  await step("what operators changed is no drift", 0, "plan", "-detailed-exitcode");
  await step("applying again changes nothing", 0, "apply", "-auto-approve");
  const after = JSON.parse((await stack.run("show", "-json")).said);
  const items = after.values.root_module.resources.filter(({ type }) => type === "aws_dynamodb_table_item");
  const reset = items.filter(({ values }) => values.item !== changes[`aws_dynamodb_table_item.${values.id}`].item);
  report(
    `${name}: switches and budget are as operators left them`,
    reset.length === 0 ? undefined : reset.map(({ address }) => address).join("\n"),
  );
  stack.answer(account);
}

/** Another name for every module moves addresses, and loses nothing that holds data. */
async function checkRename(name, stack, renamed) {
  const original = path.join(stack.folder, "cdk.tf.json");
  const kept = readFileSync(original);
  stack.replace(path.join(renamed, name));
  const planned = await stack.run("plan", "-out=renamed");
  const plan = planned.code === 0 ? JSON.parse((await stack.run("show", "-json", "renamed")).said) : undefined;
  const lost = plan ? lostBy(plan) : [tail(planned.said)];
  report(`${name}: renaming every module destroys nothing stateful`, lost.length === 0 ? undefined : lost.join("\n"));
  if (plan) report(`${name}: its review is what Terraform plans`, reviewProblem(plan, planned.said, reviewOf(plan)));
  writeFileSync(original, kept);
}

/** Destroying succeeds where everything may go; elsewhere it fails and names what is protected. */
async function checkDestroy(name, stack) {
  const expected = protectedAddresses(stack.json);
  const { code, said } = await stack.run("destroy", "-auto-approve");
  if (expected.length === 0) {
    const left = JSON.parse((await stack.run("show", "-json")).said).values;
    report(`${name}: destroy leaves nothing`, code === 0 && left === undefined ? undefined : tail(said));
    return;
  }
  const named = refusedToDestroy(said);
  const unknown = named.filter((address) => !expected.includes(address));
  const fine = code === 1 && named.length > 0 && unknown.length === 0;
  report(`${name}: destroy is refused, naming ${named.length} protected resources`, fine ? undefined : tail(said));
}

async function main() {
  const missing = missingTerraform();
  if (missing) throw new Error(missing);
  const setup = spawnSync(process.execPath, [path.join(root, "scripts", "setup.mjs"), "--node-only"], {
    stdio: "inherit",
  });
  if (setup.status !== 0) throw new Error("The set-up failed.");
  const stacks = synthesize(root, path.join(folder, "as-it-is"), process.argv.slice(2));
  const renamed = synthesize(renamedProject(), path.join(folder, "under-other-names"), process.argv.slice(2));
  const plans = new Map();
  const names = readdirSync(stacks);
  const asking = await asksAws(path.join(stacks, names[0]), path.join(folder, "provider"));
  if (asking) console.log("The AWS provider found here asks AWS, so that nothing beyond `validate` is tried.");
  const lanes = [names.filter((_, place) => place % 2 === 0), names.filter((_, place) => place % 2 === 1)];
  const checks = lanes.map(async (lane) => {
    for (const name of lane) {
      const plan = await checkEnvironment(name, path.join(stacks, name), renamed, asking);
      if (plan) plans.set(name, plan);
    }
  });
  if (names.includes(DEPLOYED) && !asking) checks.push(checkDeploy(path.join(folder, "deployed"), report));
  if (process.argv.length === 2)
    checks.push(checkReuse(report, path.join(folder, "reused"), ["init", "validate", ...(asking ? [] : ["plan"])]));
  await Promise.all(checks);
  if (plans.size > 0) {
    const findings = await checkPolicies(plans, console.log);
    report("policies", findings.length === 0 ? undefined : findings.join("\n"));
  }
}

try {
  await main();
} catch (error) {
  report("terraform:check", error.message);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
