// Counts what a part proved: a part that ran nothing, skipped something or left no report has failed.

const none = { passed: 0, failed: 0, notes: [] };

/** A test tool's exit code says no less than its report: a bad end with no failed test is one failure. */
function withExitCode(counts, exitCode) {
  if (counts.failed > 0 || exitCode === 0) return counts;
  return { ...counts, failed: 1, notes: [...counts.notes, `ended with exit code ${exitCode}`] };
}

function ofTests({ passed, failed, skipped, exitCode }) {
  if (passed + failed + skipped === 0) return { ...none, failed: 1, notes: ["ran no test"] };
  const notes = skipped > 0 ? [`${skipped} skipped, which counts as failed`] : [];
  return withExitCode({ passed, failed: failed + skipped, notes }, exitCode);
}

function ofJest(report, exitCode) {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numRuntimeErrorTestSuites } =
    JSON.parse(report);
  const failed = numFailedTests + numRuntimeErrorTestSuites;
  return ofTests({ passed: numPassedTests, failed, skipped: numPendingTests + numTodoTests, exitCode });
}

function ofPytest(report, exitCode) {
  const suite = /<testsuite\b[^>]*>/.exec(report)?.[0] ?? "";
  const count = (name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const [failed, skipped] = [count("failures") + count("errors"), count("skipped")];
  return ofTests({ passed: Math.max(0, count("tests") - failed - skipped), failed, skipped, exitCode });
}

/**
 * What one part counts for.
 * @param {{kind: "check" | "jest" | "pytest", report?: string, exitCode: number}} ended the part's report as text, and how its tool ended
 * @returns {{passed: number, failed: number, notes: string[]}}
 */
export function countPart({ kind, report, exitCode }) {
  if (kind === "check") return exitCode === 0 ? { ...none, passed: 1 } : { ...none, failed: 1 };
  if (report === undefined) return { ...none, failed: 1, notes: ["left no report"] };
  return kind === "jest" ? ofJest(report, exitCode) : ofPytest(report, exitCode);
}
