// The AWS stand-in's process: moto on loopback, with an EMR that runs the steps it is given.

import { join } from "node:path";
import { createInterface } from "node:readline";
import { childEnvironment } from "./child-environment";
import { NightError } from "./night-error";
import type { Processes } from "./processes";
import { openLog } from "./run-log";
import type { Tools } from "./tools";
import type { Workspace } from "./workspace";

// Importing moto takes a few seconds; a machine that needs longer than this is stuck.
const START_MILLISECONDS = 120_000;

/** Starts the stand-in; its address, without a trailing slash. */
export const startAwsStandIn = async (tools: Tools, workspace: Workspace, processes: Processes): Promise<string> => {
  const log = openLog(join(workspace.logs(), "aws.log"));
  const server = join(tools.root, "local/aws/server.py");
  const child = processes.start(
    tools.sparkPython,
    [
      server,
      ...["--port", "0", "--logs", workspace.logs(), join(workspace.out, "logs")],
      ...["--jars", join(tools.root, ".local/java/jars"), "--java-home", tools.javaHome],
    ],
    {
      cwd: workspace.work,
      env: childEnvironment({ TMPDIR: workspace.work, JAVA_HOME: tools.javaHome, PYTHONUNBUFFERED: "1" }),
      // Its standard input stays open as long as this process lives: the stand-in ends when it closes.
      stdio: ["pipe", "pipe", log.descriptor],
    },
  );
  const port = await new Promise<number>((resolve, reject) => {
    const fail = (why: string) => reject(new NightError(`The AWS stand-in did not start (${why}); see logs/aws.log.`));
    const timer = setTimeout(() => fail("no answer in time"), START_MILLISECONDS);
    child.once("error", (error) => fail(error.message));
    child.once("exit", (code) => fail(`exit code ${code}`));
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
    lines.on("line", (line) => {
      log.write(line);
      const found = /^\{"port":\s*(\d+)\}$/.exec(line.trim());
      if (!found) return;
      clearTimeout(timer);
      resolve(Number(found[1]));
    });
  });
  return `http://127.0.0.1:${port}`;
};
