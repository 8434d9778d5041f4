// `npm start`: plays one whole night on this machine, shows it, and leaves nothing behind but the out folder.
import { existsSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { pageKey } from "../lambdas/reconciler/reconciliation";
import { keepRunning } from "./night/keep-running";
import { messageOf, NightError, systemCodeOf } from "./night/night-error";
import { type NightOptions, readOptions, USAGE } from "./night/night-options";
import { createProcesses } from "./night/processes";
import { createProgress } from "./night/progress";
import { type PlayedNight, playNight } from "./night/run-night";
import { freeBytes, type Workspace } from "./night/workspace";
import { funnelOf } from "./summary/funnel";
import { complaintsOf } from "./summary/numbers";

// The SDK's notice about Node 20 is for developers; it would open every run.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

// A disk with less than this left explains whatever went wrong.
const FULL_BYTES = 4 * 1024 * 1024;

const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Ended from outside. */
class Interrupted extends Error {
  constructor(readonly exitCode: number) {
    super("Interrupted: everything that was started is ended, and no night is left behind.");
  }
}

const isFull = (error: unknown, workspace: Workspace | undefined): boolean => {
  if (systemCodeOf(error) === "ENOSPC" || /ENOSPC|No space left on device/.test(messageOf(error))) return true;
  try {
    return workspace !== undefined && freeBytes(dirname(workspace.out)) < FULL_BYTES;
  } catch {
    return false;
  }
};

const sentenceOf = (error: unknown, workspace: Workspace | undefined): string => {
  if (error instanceof Interrupted) return error.message;
  if (isFull(error, workspace))
    return `The disk that holds ${workspace ? dirname(workspace.out) : "the run"} is full: free some space, or give another --out.`;
  if (error instanceof NightError) return error.message;
  return `The run failed: ${messageOf(error)}`;
};

const fromHere = (path: string): string => relative(process.cwd(), path);

/** Where the reconciler's page of the played day lies. */
const pageOf = ({ workspace, standIns, summary }: PlayedNight): string =>
  join(workspace.out, "s3", standIns.night.outBucket, pageKey(summary.offer_date));

const run = async (options: NightOptions): Promise<number> => {
  const begun = performance.now();
  const processes = createProcesses();
  const progress = createProgress(
    (text) => process.stdout.write(text),
    () => performance.now() - begun,
  );
  let workspace: Workspace | undefined;
  // Ended last to first: no folder is removed while a process may still write to it.
  const ends: (() => Promise<void> | void)[] = [() => workspace?.close(), () => processes.endAll()];
  let interrupt: (error: unknown) => void = () => undefined;
  const interrupted = new Promise<never>((_, reject) => {
    interrupt = reject;
  });
  interrupted.catch(() => undefined);
  for (const [name, exitCode] of Object.entries(signals)) process.on(name, () => interrupt(new Interrupted(exitCode)));
  process.on("uncaughtException", interrupt);
  process.on("unhandledRejection", interrupt);
  // A reader of the output that goes away (a pipe into head) is no reason to fail.
  process.stdout.on("error", () => undefined);

  let exitCode = 1;
  try {
    const playing = playNight(options, {
      processes,
      progress,
      onEnd: (end) => void ends.push(end),
      opened: (opened) => {
        workspace = opened;
      },
    });
    playing.catch(() => undefined);
    const played = await Promise.race([playing, interrupted]);
    const { summary } = played;
    // What a full disk brought down is told as that.
    if (summary.failure !== undefined && isFull(undefined, workspace)) throw new NightError(summary.failure);
    played.workspace.publish();
    progress.say(["", ...funnelOf(summary), ""].join("\n"));
    const seconds = ((performance.now() - begun) / 1000).toFixed(0);
    progress.say(`  ${seconds} s in all. Look around in ${fromHere(played.workspace.out) || "."}/`);
    const page = pageOf(played);
    if (existsSync(page)) progress.say(`  The day on one page: ${fromHere(page)}`);
    const complaints = complaintsOf(summary);
    exitCode = complaints.length === 0 ? 0 : 1;
    for (const complaint of complaints) process.stderr.write(`${complaint}\n`);
    if (options.keep && summary.failure === undefined) await Promise.race([keepRunning(played, progress), interrupted]);
  } catch (error) {
    const kept = options.keep && error instanceof Interrupted && exitCode === 0;
    if (!kept) {
      exitCode = error instanceof Interrupted ? error.exitCode : 1;
      const logs = error instanceof Interrupted ? undefined : keepLogs(workspace);
      process.stderr.write(`${sentenceOf(error, workspace)}${logs ? ` Logs: ${logs}` : ""}\n`);
    }
  }
  for (const end of ends.reverse()) {
    try {
      await end();
    } catch (error) {
      process.stderr.write(`While ending: ${messageOf(error)}\n`);
    }
  }
  return exitCode;
};

const keepLogs = (workspace: Workspace | undefined): string | undefined => {
  try {
    return workspace?.keepLogs();
  } catch {
    return undefined;
  }
};

const main = async (): Promise<number> => {
  try {
    const options = readOptions(process.argv.slice(2));
    if (options.help) {
      process.stdout.write(`${USAGE}\n`);
      return 0;
    }
    return await run(options);
  } catch (error) {
    process.stderr.write(`${sentenceOf(error, undefined)}\n`);
    return 1;
  }
};

main().then((code) => process.exit(code));
