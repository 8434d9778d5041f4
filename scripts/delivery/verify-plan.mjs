// `verify-plan.mjs ENVIRONMENT FOLDER REVIEWED`: refuses a plan that is not the reviewed one of this commit's stack, before
// anybody may change anything. The variable SHOWN holds the digests that the pull request's comment shows.
import path from "node:path";
import { planBeside } from "./plan-file.mjs";
import { PLAN_FILE, readRecord } from "./plan-record.mjs";
import { refusePlan } from "./reviewed-plan.mjs";
import { output, Refused, run, runScript } from "./runner.mjs";

await runScript(([environment, folder, reviewed]) => {
  const record = readRecord(reviewed);
  const shown = process.env.SHOWN?.split(" ").filter(Boolean) ?? [];
  const refusal = refusePlan({
    environment,
    record,
    tree: run("git", ["rev-parse", "--verify", "HEAD^{tree}"]).trim(),
    ...planBeside(path.join(reviewed, PLAN_FILE), folder),
    shown: shown.length > 0 ? shown : undefined,
  });
  if (refusal) throw new Refused(refusal);
  console.log(
    record.changed
      ? `${environment} gets the plan ${record.plan}: ${record.review.headline}.`
      : `Nothing to change in ${environment}: the reviewed plan is empty.`,
  );
  output("changed", record.changed);
});
