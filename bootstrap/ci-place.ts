// `ci-place.js ENVIRONMENT`: which role of which account, in which region, CI takes for an environment, as lines of
// `name=value` for the workflows, which hold no account number of their own.
import { ENVIRONMENTS } from "../environments/all";
import type { Environment } from "../environments/environment";
import { chosen } from "../environments/synthesize";
import { Refusal } from "../modules/shared/rules";
import { CI_PATH, DEPLOY_SESSION_SECONDS, deployRole, planRole, prefixOf } from "./place";

/** What a workflow needs to know of an environment in AWS. */
export function ciPlace({ name, account, region }: Pick<Environment, "name" | "account" | "region">) {
  const role = (named: (prefix: string) => string) => `arn:aws:iam::${account}:role${CI_PATH}${named(prefixOf(name))}`;
  return {
    region,
    plan_role: role(planRole),
    deploy_role: role(deployRole),
    deploy_seconds: String(DEPLOY_SESSION_SECONDS),
  };
}

/** The lines of one environment whose state lies where CI can reach it. */
export function placeLines(environments: readonly Environment[], names: readonly string[]): string[] {
  const found = chosen(environments, names);
  const [environment] = found;
  if (names.length !== 1 || environment === undefined || environment.state.kind === "file")
    throw new Refusal([`received ${names.join(" ") || "nothing"}; CI works on one environment whose state lies in S3`]);
  return Object.entries(ciPlace(environment)).map(([name, value]) => `${name}=${value}`);
}

if (require.main === module) {
  try {
    for (const line of placeLines(ENVIRONMENTS, process.argv.slice(2))) console.log(line);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
