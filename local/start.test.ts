// The command line can be loaded by every Node that the set-up takes.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { repositoryRoot } from "./lambda/repository-root";

test("the run needs no Node that can require an ES module", () => {
  // Nodes before 20.19 and 22.12 cannot, and do not know the option either.
  const option = "--no-experimental-require-module";
  const options = process.allowedNodeEnvironmentFlags.has(option) ? [option] : [];
  const ended = spawnSync(process.execPath, [...options, join(repositoryRoot(), "dist/local/start.js"), "--help"], {
    encoding: "utf8",
  });
  expect(ended).toMatchObject({ status: 0, stderr: "", stdout: expect.stringContaining("npm start -- ") });
});
