// Which run's plans a deploy may take, asked of GitHub: what its reviewers saw is taken from the pull request's comment.
import { type Runner, runnerFixture } from "./gh-fixture";

const [SHA, HEAD, DIGEST] = ["a".repeat(40), "b".repeat(40), "d".repeat(64)];
const run = {
  id: 7,
  run_number: 1,
  head_sha: HEAD,
  event: "pull_request",
  path: ".github/workflows/plan.yml",
  conclusion: "success",
};
const user = { login: "github-actions[bot]" };
const answers: Readonly<Record<string, unknown>> = {
  [`commits/${SHA}/pulls`]: [
    [{ number: 12, merge_commit_sha: SHA, base: { ref: "main" }, merged_at: "x", head: { sha: HEAD } }],
  ],
  [`actions/workflows/plan.yml/runs?head_sha=${HEAD}&per_page=100`]: { workflow_runs: [run] },
  "issues/12/comments": [[{ user, body: `<!-- terraform plans -->\nPlan \`sha256:${DIGEST}\`` }]],
  "actions/runs/9": { ...run, id: 9, head_sha: SHA, event: "workflow_dispatch", head_branch: "main" },
};

let runner: Runner;
beforeEach(() => {
  runner = runnerFixture();
});
afterEach(() => runner.remove());

const find = (args: readonly string[], known = answers) => runner.run("find-plan.mjs", args, known);

test("a merged commit gets the run of its pull request's head, and the digests of the comment", () => {
  expect(find([SHA, ""])).toMatchObject({ code: 0, output: `run=7\nshown=${DIGEST}\n` });
});

test("a run by hand is judged by its id, and has no comment", () => {
  expect(find([SHA, "9"])).toMatchObject({ code: 0, output: "run=9\nshown=\n" });
  const { code, said } = find([SHA, "9/../../secrets"]);
  expect({ code, said }).toEqual({
    code: 1,
    said: "plan_run is a run's id, the number in its address; received 9/../../secrets.\n",
  });
});

test.each([
  [
    "a comment of somebody else",
    [[{ user: { login: "mallory" }, body: `<!-- terraform plans -->\`sha256:${DIGEST}\`` }]],
  ],
  ["a comment without a plan", [[{ user, body: "<!-- terraform plans -->\nall failed" }]]],
  ["no comment", [[]]],
])("%s is nothing that anybody reviewed", (_what, comments) => {
  const { code, said } = find([SHA, ""], { ...answers, "issues/12/comments": comments });
  expect(code).toBe(1);
  expect(said).toMatch(/^Pull request #12 shows no plan in a comment, so nobody reviewed one: run the workflow `plan`/);
});

test("a commit without a pull request is refused before anything else is asked", () => {
  const { code, said } = find([SHA, ""], { [`commits/${SHA}/pulls`]: [[]] });
  expect(code).toBe(1);
  expect(said).toMatch(/came to main by no pull request, so nobody reviewed its plan: run the workflow `plan` by hand/);
});
