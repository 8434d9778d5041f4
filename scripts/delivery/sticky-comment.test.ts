// One comment of a pull request shows all environments' plans, and every later plan rewrites that very comment.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { evaluate } from "../script-fixture";
import { type Runner, runnerFixture } from "./gh-fixture";

const digest = (letter: string) => letter.repeat(64);
const record = (environment: string, letter: string, items = 1, loses = 0) => ({
  environment,
  commit: "c".repeat(40),
  tree: "d".repeat(40),
  plan: digest(letter),
  stack: digest("5"),
  changed: true,
  review: {
    headline: `${items} to add, 0 to change, 0 to destroy`,
    loses,
    sections: [{ id: "made", title: "### New\n", what: "new", items: Array(items).fill(`- ${"x".repeat(300)}`) }],
  },
});

const comment = (plans: readonly object[]): string =>
  evaluate(
    "delivery/sticky-comment.mjs",
    'it.planComment({ head: "abcdef0123456789", page: "https://run", plans: given })',
    plans,
  ) as string;

const all = ["dev", "staging", "prod"].map((environment, place) => ({
  environment,
  record: record(environment, "abc"[place]!),
}));

test("it begins with what nobody sees, says of each environment what changes, and shows each plan's digest", () => {
  const text = comment(all);
  expect(text.startsWith("<!-- terraform plans -->\n# Plan of `abcdef012345`")).toBe(true);
  for (const { environment } of all) expect(text).toContain(`- ${environment}: 1 to add, 0 to change, 0 to destroy`);
  expect(evaluate("delivery/plan-record.mjs", "it.digestsIn(given)", text)).toEqual(["a", "b", "c"].map(digest));
});

test("data that would be lost is said before everything else", () => {
  const text = comment([{ environment: "prod", record: record("prod", "a", 1, 2) }]);
  expect(text.split("## prod")[0]).toContain("**2 with data destroyed or replaced**");
});

test("an environment whose plan failed says so, and the others are shown all the same", () => {
  const text = comment([{ environment: "dev" }, all[2]!]);
  expect(text).toContain("- **dev: the plan failed**, and nothing can be deployed: the [run](https://run) says why");
  expect(text).toContain("## prod: 1 to add");
});

test("three endless plans fit into one comment, digests and headlines whole", () => {
  const text = comment(
    ["a", "b", "c"].map((letter) => ({ environment: letter, record: record(letter, letter, 5_000) })),
  );
  expect(text.length).toBeLessThanOrEqual(65_536);
  expect(evaluate("delivery/plan-record.mjs", "it.digestsIn(given)", text)).toHaveLength(3);
});

describe("on GitHub", () => {
  let runner: Runner;
  beforeEach(() => {
    runner = runnerFixture();
    const artifact = path.join(runner.folder, "planned", "plan-dev");
    mkdirSync(artifact, { recursive: true });
    writeFileSync(path.join(artifact, "record.json"), JSON.stringify(record("dev", "a")));
  });
  afterEach(() => runner.remove());

  /** What is asked of a GitHub that has these comments. */
  function written(comments: readonly object[]) {
    const answers = { "issues/12/comments": [comments] };
    const env = { PULL_REQUEST: "12", HEAD: "abcdef0123456789" };
    const { code, said, asked } = runner.run("comment-plans.mjs", ["planned", "dev", "prod"], answers, env);
    expect({ code, said }).toEqual({ code: 0, said: "" });
    expect(asked).toHaveLength(1);
    return asked[0]!;
  }

  const user = { login: "github-actions[bot]" };
  const ours = { id: 33, user, body: "<!-- terraform plans -->\nolder" };

  test("the first plan writes the comment, with what failed", () => {
    const request = written([{ id: 1, user, body: "something else" }]);
    expect(request).toMatchObject({ path: "issues/12/comments", method: "POST" });
    expect(request.body.body).toContain("## dev: 1 to add");
    expect(request.body.body).toContain("**prod: the plan failed**");
    expect(request.body.body).toContain("https://github.com/own/er/actions/runs/7");
  });

  test("a later one rewrites it in place, and nobody else's", () => {
    const others = { ...ours, id: 32, user: { login: "mallory" } };
    expect(written([others, ours])).toMatchObject({ path: "issues/comments/33", method: "PATCH" });
    expect(written([others])).toMatchObject({ path: "issues/12/comments", method: "POST" });
  });

  test("where every plan failed there is no artifact, and the comment says so of each", () => {
    const answers = { "issues/12/comments": [[ours]] };
    const env = { PULL_REQUEST: "12", HEAD: "abcdef0123456789" };
    const { asked } = runner.run("comment-plans.mjs", ["nowhere", "dev", "prod"], answers, env);
    expect(asked[0]!.body.body).toMatch(/\*\*dev: the plan failed\*\*[\s\S]*\*\*prod: the plan failed\*\*/);
  });
});
