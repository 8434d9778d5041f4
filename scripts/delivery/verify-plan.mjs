// `verify-plan.mjs ENVIRONMENT FOLDER REVIEWED`: refuses a plan that is not the reviewed one of this commit's stack, before
// anybody may change anything. The variable SHOWN holds the digests that the pull request's comment shows.
import { readFileSync } from "node:fs";
import path from "node:path";
import { configurationIn } from "./plan-file.mjs";
import { PLAN_FILE, readRecord } from "./plan-record.mjs";
import { refusePlan } from "./reviewed-plan.mjs";
import { output, Refused, run, runScript } from "./runner.mjs";
import { sha256, stackDigest } from "./stack-digest.mjs";

await runScript(([environment, folder, reviewed]) => {
  const record = readRecord(reviewed);
  const bytes = readFileSync(path.join(reviewed, PLAN_FILE));
  const shown = process.env.SHOWN?.split(" ").filter(Boolean) ?? [];
  const configuration = readFileSync(path.join(folder, "cdk.tf.json"));
  const refusal = refusePlan({
    environment,
    record,
    tree: run("git", ["rev-parse", "--verify", "HEAD^{tree}"]).trim(),
    stack: stackDigest(folder),
    plan: sha256(bytes),
    sameConfiguration: configurationIn(bytes)?.equals(configuration) ?? false,
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
