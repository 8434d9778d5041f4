// `plan-environment.mjs ENVIRONMENT FOLDER OUT`: plans a synthesized stack, shows the review on the run's page, and leaves
// plan and record in OUT for the comment and the deploy.
import { mkdirSync } from "node:fs";
import path from "node:path";
import { identityText, recordPlan } from "./plan-record.mjs";
import { reviewMarkdown, SUMMARY_LIMIT } from "./review-markdown.mjs";
import { output, Refused, run, runScript, summarize } from "./runner.mjs";
import { terraform } from "./terraform.mjs";

await runScript(async ([environment, folder, out]) => {
  mkdirSync(out, { recursive: true });
  const git = (revision) => run("git", ["rev-parse", "--verify", revision]).trim();
  const record = await recordPlan({
    terraform: (args, options) => terraform(folder, args, options),
    folder,
    out: path.resolve(out),
    identity: { environment, commit: git("HEAD"), tree: git("HEAD^{tree}") },
  });
  if (record === undefined) throw new Refused(`Planning ${environment} failed: Terraform says why above.`);
  summarize(
    reviewMarkdown({
      reviews: [{ environment, about: identityText(record), review: record.review }],
      opening: "",
      elsewhere: "All of it: `terraform show` of the plan in this run's artifact.",
      limit: SUMMARY_LIMIT,
    }),
  );
  output("folder", path.resolve(out));
  output("changed", record.changed);
});
