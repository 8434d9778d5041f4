// `find-plan.mjs COMMIT [RUN]`: the run whose plans may be applied for a commit of main, and the digests that its reviewers
// saw. RUN is one of `plan` by hand, whose summary they read.
import path from "node:path";
import { digestsIn } from "./plan-record.mjs";
import { mergedBy, PLAN_WORKFLOW, planByHand, planOfPull, REMEDY } from "./reviewed-plan.mjs";
import { github, githubPages, output, Refused, runScript } from "./runner.mjs";
import { MARKER, ownComment } from "./sticky-comment.mjs";

function byHand(sha, id) {
  if (!/^\d+$/.test(id)) throw new Refused(`plan_run is a run's id, the number in its address; received ${id}.`);
  return { ...planByHand(sha, github(`actions/runs/${id}`)), shown: [] };
}

function ofPull(sha) {
  const pull = mergedBy(sha, githubPages(`commits/${sha}/pulls`));
  const workflow = path.basename(PLAN_WORKFLOW);
  const runs = pull ? github(`actions/workflows/${workflow}/runs?head_sha=${pull.head.sha}&per_page=100`) : undefined;
  const found = planOfPull(sha, pull, runs?.workflow_runs ?? []);
  if (found.refusal) return found;
  const shown = digestsIn(ownComment(githubPages(`issues/${pull.number}/comments`), MARKER)?.body ?? "");
  if (shown.length > 0) return { ...found, shown };
  return { refusal: `Pull request #${pull.number} shows no plan in a comment, so nobody reviewed one: ${REMEDY}` };
}

await runScript(([sha, id]) => {
  const { refusal, run, shown } = id ? byHand(sha, id) : ofPull(sha);
  if (refusal) throw new Refused(refusal);
  console.log(`The plans of run ${run} are the ones that were reviewed for ${sha}.`);
  output("run", run);
  output("shown", shown.join(" "));
});
