// One comment of a pull request shows all environments' plans, and every later plan rewrites that very comment.
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { evaluate, runScript } from "../../modules/shared/script-fixture";

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
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "comment-"));
    mkdirSync(path.join(folder, "planned", "plan-dev"), { recursive: true });
    writeFileSync(path.join(folder, "planned", "plan-dev", "record.json"), JSON.stringify(record("dev", "a")));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs the script with a `gh` that has these comments, and gives what was asked of it beside reading them. */
  function asked(comments: readonly object[]) {
    const gh = path.join(folder, "gh");
    const log = path.join(folder, "log");
    writeFileSync(path.join(folder, "comments"), JSON.stringify([comments]));
    const answer = `case "$*" in *--slurp*) cat ${folder}/comments;; *) echo "$*" >> ${log}; cat >> ${log};; esac`;
    writeFileSync(gh, `#!/bin/sh\n${answer}\n`);
    chmodSync(gh, 0o755);
    writeFileSync(log, "");
    const env = {
      PATH: `${folder}:${process.env.PATH}`,
      GITHUB_REPOSITORY: "own/er",
      GITHUB_SERVER_URL: "https://github.com",
      GITHUB_RUN_ID: "7",
      PULL_REQUEST: "12",
      HEAD: "abcdef0123456789",
    };
    const { code, said } = runScript("delivery/comment-plans.mjs", ["planned", "dev", "prod"], folder, env);
    expect({ code, said }).toEqual({ code: 0, said: "" });
    const [request, body] = readFileSync(log, "utf8").split("\n");
    return { request, text: JSON.parse(body!).body as string };
  }

  const user = { login: "github-actions[bot]" };
  const ours = { id: 33, user, body: "<!-- terraform plans -->\nolder" };

  test("the first plan writes the comment, with what failed", () => {
    const { request, text } = asked([{ id: 1, user, body: "something else" }]);
    expect(request).toBe("api repos/own/er/issues/12/comments --method POST --input -");
    expect(text).toContain("## dev: 1 to add");
    expect(text).toContain("**prod: the plan failed**");
    expect(text).toContain("https://github.com/own/er/actions/runs/7");
  });

  test("a later one rewrites it in place, and nobody else's", () => {
    const others = { ...ours, id: 32, user: { login: "mallory" } };
    expect(asked([others, ours]).request).toBe("api repos/own/er/issues/comments/33 --method PATCH --input -");
    expect(asked([others]).request).toContain("--method POST");
  });
});
