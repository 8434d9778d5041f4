import { spawnSync } from "node:child_process";
import { join } from "node:path";

// These work for minutes: a mistyped argument is said at once.
test.each(["lambdas/crashes/crashes.js", "local/permissions/permissions.js"])(
  "%s refuses an argument that it does not know",
  (program) => {
    const args = [join(__dirname, "..", "dist", program), "--jsno"];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", timeout: 20_000 });
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/^Unknown argument '--jsno'[^\n]*\n$/);
  },
);
