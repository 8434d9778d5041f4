// `apply-plan.mjs ENVIRONMENT FOLDER REVIEWED`: applies the plan that `verify-plan.mjs` let pass.
import path from "node:path";
import { applyPlan } from "./applied-plan.mjs";
import { PLAN_FILE } from "./plan-record.mjs";
import { Refused, runScript } from "./runner.mjs";
import { terraform } from "./terraform.mjs";

await runScript(async ([environment, folder, reviewed]) => {
  const problem = await applyPlan({
    terraform: (args) => terraform(folder, args),
    environment,
    folder,
    file: path.resolve(reviewed, PLAN_FILE),
  });
  if (problem) throw new Refused(problem);
});
