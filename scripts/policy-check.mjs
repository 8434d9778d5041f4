// Checkov over the plans that Terraform made: nothing may fail but what an exception excuses, and no exception may excuse
// nothing.
import { spawnSync } from "node:child_process";
import path from "node:path";
import { policyExceptions } from "./policy-exceptions.mjs";
import { makeEnvironment, pythonOf } from "./setup-python.mjs";

const covers = ({ check, resources, environments }, environment, failure) =>
  check === failure.check_id && resources.test(failure.resource) && (environments?.includes(environment) ?? true);

/**
 * What an environment's failed checks come to: those that nothing excuses, and the exceptions that were needed.
 * @param {string} environment
 * @param {readonly {check_id: string, check_name: string, resource: string}[]} failed
 */
export function judgePolicies(environment, failed, exceptions = policyExceptions) {
  const needed = new Set();
  const unexcused = failed.filter((failure) => {
    const found = exceptions.filter((exception) => covers(exception, environment, failure));
    for (const exception of found) needed.add(exception);
    return found.length === 0;
  });
  return { unexcused, needed };
}

/** Exceptions that no environment needed; one for some environments only is looked at where it was one of them. */
export function staleExceptions(needed, environments, exceptions = policyExceptions) {
  return exceptions.filter(
    (exception) =>
      !needed.has(exception) && (exception.environments?.some((name) => environments.includes(name)) ?? true),
  );
}

function runCheckov(planFile) {
  const checkov = path.join(path.dirname(pythonOf("checkov")), "checkov");
  const args = ["-f", planFile, "--framework", "terraform_plan", "--skip-download", "--compact", "-o", "json"];
  const { status, stdout, stderr } = spawnSync(checkov, args, { encoding: "utf8", maxBuffer: 1 << 28 });
  // 1 says that a check has failed; anything else that Checkov itself has.
  if (status !== 0 && status !== 1)
    throw new Error(`Checkov could not read ${planFile}: ${stderr.trim().split("\n").at(-1)}`);
  const { results, summary } = JSON.parse(stdout);
  if (summary.passed + summary.failed === 0) throw new Error(`Checkov checked nothing in ${planFile}.`);
  return { failed: results.failed_checks, passed: summary.passed };
}

/**
 * Checks the plans (JSON of `terraform show`) by environment; returns one line a finding, none when all is well.
 * @param {ReadonlyMap<string, string>} plans plan files by environment
 * @param {(line: string) => void} say
 */
export async function checkPolicies(plans, say) {
  await makeEnvironment({ name: "checkov", what: "the policy checks (Checkov)", say });
  const findings = [];
  const needed = new Set();
  for (const [environment, planFile] of plans) {
    const { failed, passed } = runCheckov(planFile);
    const judged = judgePolicies(environment, failed);
    for (const exception of judged.needed) needed.add(exception);
    for (const { check_id: id, check_name: name, resource } of judged.unexcused)
      findings.push(`${environment}: ${id} ${resource}: ${name}`);
    const excused = failed.length - judged.unexcused.length;
    say(`policies of ${environment}: ${passed} kept, ${excused} excused, ${judged.unexcused.length} broken`);
  }
  for (const { check, resources } of staleExceptions(needed, [...plans.keys()]))
    findings.push(`scripts/policy-exceptions.mjs: ${check} for ${resources} excuses nothing any more: take it out`);
  return findings;
}
