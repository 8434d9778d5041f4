// How a program of the local platform ends: at once, whatever is still open, and with one sentence when it failed.
import { messageOf } from "./night-error";

/** Does the work, then ends this process: with 0 when all is well, else with 1. */
export const endWith = async (work: () => Promise<boolean>): Promise<never> => {
  // The SDK's notice about Node 20 is for developers; it would open every run.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  try {
    process.exit((await work()) ? 0 : 1);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exit(1);
  }
};
