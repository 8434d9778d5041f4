// A deploy applies the plan that was reviewed of exactly this commit, and of any other it says why not and what to do.
import { evaluate } from "../script-fixture";

const REMEDY =
  "run the workflow `plan` by hand on main, have its summary reviewed, then run `deploy` by hand with that run's id as `plan_run`.";
const PATH = ".github/workflows/plan.yml";
const [SHA, HEAD] = ["a".repeat(40), "b".repeat(40)];

const decide = (call: string, given: unknown) => evaluate("delivery/reviewed-plan.mjs", call, given);

describe("a merged commit", () => {
  const pull = {
    number: 12,
    merge_commit_sha: SHA,
    base: { ref: "main" },
    merged_at: "2026-11-29",
    head: { sha: HEAD },
  };
  const run = { id: 7, run_number: 1, head_sha: HEAD, event: "pull_request", path: PATH, conclusion: "success" };
  const find = (pulls: readonly object[], runs: readonly object[]) =>
    decide("it.planOfPull(given.sha, it.mergedBy(given.sha, given.pulls), given.runs)", { sha: SHA, pulls, runs });

  test("is deployed by the last successful plan of its pull request's head", () => {
    const failed = { ...run, id: 9, run_number: 3, conclusion: "failure" };
    expect(find([pull], [run, failed, { ...run, id: 8, run_number: 2 }])).toEqual({ run: 8 });
  });

  test.each([
    ["of another workflow", { path: ".github/workflows/check.yml" }],
    ["that failed", { conclusion: "failure" }],
    ["of another commit", { head_sha: "c".repeat(40) }],
    ["that a person began", { event: "workflow_dispatch" }],
  ])("is not deployed by a run %s", (_which, difference) => {
    const refusal = `Pull request #12 has no successful plan of ${HEAD.slice(0, 12)}: ${REMEDY}`;
    expect(find([pull], [{ ...run, ...difference }])).toEqual({ refusal });
  });

  test.each([
    ["none", []],
    ["one that is open", [{ ...pull, merged_at: null }]],
    ["one that went elsewhere", [{ ...pull, base: { ref: "other" } }]],
    ["one that merged another commit", [{ ...pull, merge_commit_sha: "c".repeat(40) }]],
  ])("that came by no pull request is refused: %s", (_which, pulls) => {
    const refusal = `${SHA.slice(0, 12)} came to main by no pull request, so nobody reviewed its plan: ${REMEDY}`;
    expect(find(pulls, [run])).toEqual({ refusal });
  });
});

describe("a run named by hand", () => {
  const run = {
    id: 7,
    head_sha: SHA,
    head_branch: "main",
    event: "workflow_dispatch",
    path: PATH,
    conclusion: "success",
  };
  const judge = (difference: object) =>
    decide("it.planByHand(given.sha, given.run)", { sha: SHA, run: { ...run, ...difference } });

  test("is taken when it planned this very commit of main", () => {
    expect(judge({})).toEqual({ run: 7 });
  });

  test.each([
    ["of another workflow", { path: ".github/workflows/drift.yml" }, "Run 7 is no run of `plan` by hand on main"],
    ["of another branch", { head_branch: "mine" }, "Run 7 is no run of `plan` by hand on main"],
    ["of a pull request", { event: "pull_request" }, "Run 7 is no run of `plan` by hand on main"],
    ["that failed", { conclusion: "failure" }, "Run 7 has not succeeded (failure)"],
    ["that is at work", { conclusion: null, status: "in_progress" }, "Run 7 has not succeeded (in_progress)"],
    [
      "of an older main",
      { head_sha: HEAD },
      `Run 7 planned ${HEAD.slice(0, 12)}, and main is at ${SHA.slice(0, 12)} by now`,
    ],
  ])("is refused %s", (_which, difference, why) => {
    expect(judge(difference)).toEqual({ refusal: `${why}: ${REMEDY}` });
  });
});

describe("a plan", () => {
  const record = { environment: "prod", tree: "tree-one", stack: "stack-one", plan: "plan-one" };
  const found = {
    environment: "prod",
    record,
    tree: "tree-one",
    stack: "stack-one",
    plan: "plan-one",
    sameConfiguration: true,
  };
  const judge = (difference: object) => decide("it.refusePlan(given)", { ...found, ...difference });

  test("is applied when it is the one that was reviewed, shown in a comment or on a run's page", () => {
    expect(judge({})).toBeNull();
    expect(judge({ shown: ["plan-zero", "plan-one"] })).toBeNull();
  });

  test.each([
    ["of another environment", { environment: "staging" }, "the plan is one of prod"],
    [
      "of another tree",
      { tree: "tree-two" },
      "the plan was made of the tree tree-one, and main's commit holds tree-two",
    ],
    [
      "whose bytes changed",
      { plan: "plan-two" },
      "the plan file has the SHA-256 plan-two, and its record says plan-one",
    ],
    ["that nobody saw", { shown: ["plan-two"] }, "the comment of the pull request does not show the plan plan-one"],
    [
      "of another stack",
      { stack: "stack-two" },
      "the plan was made of the stack stack-one, and main's commit synthesizes stack-two",
    ],
    [
      "with another configuration inside",
      { sameConfiguration: false },
      "the configuration inside the plan file is not the one of main's commit",
    ],
  ])("is refused %s", (_which, difference, why) => {
    const environment = "environment" in difference ? "staging" : "prod";
    expect(judge(difference)).toBe(`${environment} is not deployed: ${why}: ${REMEDY}`);
  });
});
