// Which plan a deploy may apply: the one that was made of exactly this commit's tree and shown to its reviewers. Pure
// decisions; each refusal is one sentence that says what to do.

/** The workflow whose runs make plans. */
export const PLAN_WORKFLOW = ".github/workflows/plan.yml";

/** What to do when the reviewed plan is none, or is none any more. */
export const REMEDY =
  "run the workflow `plan` by hand on main, have its summary reviewed, then run `deploy` by hand with that run's id as `plan_run`.";

const short = (hash) => String(hash).slice(0, 12);
const refusal = (why) => ({ refusal: `${why}: ${REMEDY}` });
const byAge = (one, other) => one.run_number - other.run_number;
const succeeded = ({ path, conclusion }) => path === PLAN_WORKFLOW && conclusion === "success";

/** The merged pull request that brought a commit to main. */
export const mergedBy = (sha, pulls) =>
  pulls.find((pull) => pull.merge_commit_sha === sha && pull.base.ref === "main" && pull.merged_at);

/**
 * The run that planned a merged commit.
 * @param {string} sha the commit of main
 * @param {object} [pull] its pull request
 * @param {readonly object[]} runs the runs of the pull request's head
 * @returns {{run: number} | {refusal: string}}
 */
export function planOfPull(sha, pull, runs) {
  if (pull === undefined) return refusal(`${short(sha)} came to main by no pull request, so nobody reviewed its plan`);
  const { number, head } = pull;
  const planned = runs.filter((run) => run.head_sha === head.sha && run.event === "pull_request" && succeeded(run));
  const last = planned.sort(byAge).at(-1);
  return last ? { run: last.id } : refusal(`Pull request #${number} has no successful plan of ${short(head.sha)}`);
}

/**
 * A run that a person names: it must have planned this very commit of main, by hand.
 * @returns {{run: number} | {refusal: string}}
 */
export function planByHand(sha, run) {
  if (run.event !== "workflow_dispatch" || run.path !== PLAN_WORKFLOW || run.head_branch !== "main")
    return refusal(`Run ${run.id} is no run of \`plan\` by hand on main`);
  if (run.conclusion !== "success") return refusal(`Run ${run.id} has not succeeded (${run.conclusion ?? run.status})`);
  if (run.head_sha !== sha)
    return refusal(`Run ${run.id} planned ${short(run.head_sha)}, and main is at ${short(sha)} by now`);
  return { run: run.id };
}

/**
 * Why a plan may not be applied; undefined when it is the reviewed one.
 * @param {object} found
 * @param {string} found.environment that is deployed
 * @param {import("./plan-record.mjs").PlanRecord} found.record that came with the plan
 * @param {string} found.tree of the commit that is deployed
 * @param {string} found.stack digest of the stack synthesized from it
 * @param {string} found.plan SHA-256 of the plan file
 * @param {boolean} found.sameConfiguration whether the plan file holds the configuration of that stack
 * @param {readonly string[]} [found.shown] digests of the plans that the pull request's comment shows
 */
export function refusePlan({ environment, record, tree, stack, plan, sameConfiguration, shown }) {
  const because = (why) => `${environment} is not deployed: ${why}: ${REMEDY}`;
  if (record.environment !== environment) return because(`the plan is one of ${record.environment}`);
  if (record.tree !== tree)
    return because(`the plan was made of the tree ${short(record.tree)}, and main's commit holds ${short(tree)}`);
  if (record.plan !== plan)
    return because(`the plan file has the SHA-256 ${short(plan)}, and its record says ${short(record.plan)}`);
  if (shown !== undefined && !shown.includes(plan))
    return because(`the comment of the pull request does not show the plan ${short(plan)}`);
  if (record.stack !== stack)
    return because(
      `the plan was made of the stack ${short(record.stack)}, and main's commit synthesizes ${short(stack)}`,
    );
  if (!sameConfiguration) return because("the configuration inside the plan file is not the one of main's commit");
  return undefined;
}
