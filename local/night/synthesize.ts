// Synthesizes the `local` stack afresh for this run, so that what is executed is what the sources say now.
import { once } from "node:events";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readStack, type Stack } from "../loader/stack";
import { childEnvironment } from "./child-environment";
import { NightError } from "./night-error";
import type { Processes } from "./processes";
import { openLog } from "./run-log";
import type { Tools } from "./tools";
import type { Workspace } from "./workspace";

/** The `local` stack, synthesized into the run's own folder by the same program that CI runs. */
export const synthesizeLocal = async (tools: Tools, workspace: Workspace, processes: Processes): Promise<Stack> => {
  const outdir = join(workspace.work, "cdktf.out");
  mkdirSync(outdir, { recursive: true });
  const logFile = join(workspace.logs(), "synth.log");
  const log = openLog(logFile);
  const child = processes.start(process.execPath, [join(tools.root, "dist/main.js")], {
    cwd: tools.root,
    env: childEnvironment({ CDKTF_OUTDIR: outdir }),
    stdio: ["ignore", log.descriptor, log.descriptor],
  });
  const [code] = (await once(child, "exit")) as [number | null];
  log.close();
  if (code !== 0) {
    const lastLine = readFileSync(logFile, "utf8").trim().split("\n").pop();
    throw new NightError(`The configuration does not synthesize: ${lastLine}`);
  }
  return readStack(join(outdir, "stacks/local"));
};
