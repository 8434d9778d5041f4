// How every command ends: with 0 only when its work went well, and with one sentence when it failed.
import { errorSentence } from "./error-sentence";

/** Runs a command's work; what is false of it, or what it throws, ends the process with 1. */
export function runCommand(work: () => Promise<unknown>): void {
  // The SDK's notice about Node 20 is for developers; it would open every command.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  // A reader of the output that goes away (a pipe into head) is no reason to fail.
  process.stdout.on("error", () => undefined);
  work().then(
    (wentWell) => {
      process.exitCode = wentWell === false ? 1 : 0;
    },
    (error: unknown) => {
      process.stderr.write(`${errorSentence(error)}\n`);
      process.exitCode = 1;
    },
  );
}

/** Prints a line of a command's answer. */
export const say = (line: string): void => void process.stdout.write(`${line}\n`);
