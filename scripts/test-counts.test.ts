// `N passed, N failed` tells the truth: nothing that did not run, was skipped or died counts as passed.
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { evaluate } from "./script-fixture";

const run = promisify(execFile);

const count = (ended: object): unknown => evaluate("test-counts.mjs", "it.countPart(given)", ended);

const jestReport = (numbers: object) =>
  JSON.stringify({
    numPassedTests: 0,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    numRuntimeErrorTestSuites: 0,
    ...numbers,
  });
const pytestReport = (attributes: string) =>
  `<?xml version="1.0"?><testsuites name="x"><testsuite name="pytest" ${attributes}>`;

test.each([
  ["a check that ends well is one passed", { kind: "check", exitCode: 0 }, 1, 0],
  ["a check that does not is one failed", { kind: "check", exitCode: 2 }, 0, 1],
  ["a tool that is not there is one failed", { kind: "jest", exitCode: 127 }, 0, 1],
  [
    "jest tests count one by one",
    { kind: "jest", exitCode: 1, report: jestReport({ numPassedTests: 5, numFailedTests: 2 }) },
    5,
    2,
  ],
  [
    "a suite that jest cannot even load is one failed",
    { kind: "jest", exitCode: 1, report: jestReport({ numPassedTests: 5, numRuntimeErrorTestSuites: 1 }) },
    5,
    1,
  ],
  [
    "a skipped jest test is failed",
    { kind: "jest", exitCode: 0, report: jestReport({ numPassedTests: 5, numPendingTests: 1 }) },
    5,
    1,
  ],
  ["no jest test at all is one failed", { kind: "jest", exitCode: 0, report: jestReport({}) }, 0, 1],
  [
    "jest ending badly with all passed is one failed",
    { kind: "jest", exitCode: 1, report: jestReport({ numPassedTests: 5 }) },
    5,
    1,
  ],
  [
    "pytest tests count one by one, errors as failed",
    { kind: "pytest", exitCode: 1, report: pytestReport('errors="1" failures="2" skipped="0" tests="9"') },
    6,
    3,
  ],
  [
    "a skipped pytest test is failed",
    { kind: "pytest", exitCode: 0, report: pytestReport('errors="0" failures="0" skipped="2" tests="9"') },
    7,
    2,
  ],
  [
    "no pytest test at all is one failed",
    { kind: "pytest", exitCode: 5, report: pytestReport('errors="0" failures="0" skipped="0" tests="0"') },
    0,
    1,
  ],
  ["a report cut short is one failed", { kind: "pytest", exitCode: 1, report: "<?xml" }, 0, 1],
  ["a test run killed half-way is one failed", { kind: "pytest", exitCode: 1 }, 0, 1],
])("%s", async (_promise, ended, passed, failed) => {
  expect(await count(ended)).toMatchObject({ passed, failed });
});

test("a part that does not exist is refused by name", async () => {
  const failure = await run(process.execPath, [path.join(__dirname, "test.mjs"), "sparkk"]).catch((error) => error);
  expect(failure).toMatchObject({ code: 1 });
  expect(failure.stderr).toContain('There is no part "sparkk"');
});
