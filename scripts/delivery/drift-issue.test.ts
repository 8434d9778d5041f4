// An environment has one open issue while AWS is not what main says, and none otherwise.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { evaluate } from "../script-fixture";
import { runnerFixture } from "./gh-fixture";

interface Request {
  readonly path: string;
  readonly method: string;
  readonly body: { readonly title?: string; readonly body?: string; readonly state?: string };
}

const record = (changed: boolean) => ({
  environment: "prod",
  changed,
  review: {
    headline: "0 to add, 1 to change, 0 to destroy",
    loses: 0,
    sections: [{ id: "changed", title: "### Changes\n", what: "changes", items: ["- `a`: `1` → `2`"] }],
  },
});
const user = { login: "github-actions[bot]" };
const issue = { number: 5, user, body: "<!-- drift of prod -->\nyesterday" };

const requests = (changed: boolean, open: readonly object[]): Request[] =>
  evaluate("delivery/drift-issue.mjs", "it.issueRequests(given)", {
    environment: "prod",
    page: "https://run",
    record: record(changed),
    open,
  }) as Request[];

test("a difference opens an issue that shows it", () => {
  const [request, ...others] = requests(true, [
    { ...issue, body: "<!-- drift of dev -->" },
    { ...issue, user: { login: "mallory" } },
  ]);
  expect(others).toEqual([]);
  expect(request).toMatchObject({ path: "issues", method: "POST", body: { title: "Drift in prod" } });
  expect(request!.body.body).toContain("## prod: 0 to add, 1 to change, 0 to destroy");
  expect(request!.body.body).toContain("- `a`: `1` → `2`");
  // By what it begins with it is found again.
  expect(requests(true, [{ ...issue, body: request!.body.body }])[0]!.path).toBe("issues/5");
});

test("the next day's difference is written into the same issue", () => {
  const [request, ...others] = requests(true, [issue]);
  expect(others).toEqual([]);
  expect(request).toMatchObject({ path: "issues/5", method: "PATCH", body: { title: "Drift in prod" } });
});

test("once there is none, the issue is told so and closed; without an issue nothing happens", () => {
  expect(requests(false, [issue])).toEqual([
    { path: "issues/5/comments", method: "POST", body: { body: "No difference any more: [run](https://run)." } },
    { path: "issues/5", method: "PATCH", body: { state: "closed" } },
  ]);
  expect(requests(false, [])).toEqual([]);
});

test.each([
  [
    true,
    1,
    'prod is not what main says (0 to add, 1 to change, 0 to destroy): see the issue "Drift in prod".\n',
    "PATCH",
  ],
  [false, 0, "", "POST"],
])("a run on GitHub tells the issue, and fails while there is a difference: %j", (changed, code, said, method) => {
  const runner = runnerFixture();
  try {
    writeFileSync(path.join(runner.folder, "record.json"), JSON.stringify(record(changed)));
    const answers = { "issues?state=open&per_page=100": [[issue]] };
    const ended = runner.run("report-drift.mjs", ["prod", "."], answers);
    expect({ code: ended.code, said: ended.said, method: ended.asked[0]!.method }).toEqual({ code, said, method });
  } finally {
    runner.remove();
  }
});
