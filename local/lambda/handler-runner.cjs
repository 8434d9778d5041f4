// One Lambda execution environment: loads the shipped bundle as Lambda would and runs one invocation at a time, each at
// its own played instant. It never outlives its parent. Plain JavaScript, because it runs both from the sources and from
// the compiled tree.
const { existsSync } = require("node:fs");
const { join } = require("node:path");
const { performance } = require("node:perf_hooks");

const [bundlePath, handlerName] = process.argv.slice(2);
const clock = globalThis[Symbol.for("mercafacil.clock")];

// The parent's end of the channel closes however the parent ends, kill -9 included.
process.on("disconnect", () => process.exit(0));
// Ctrl-C reaches the whole process group: only the parent decides what it means.
process.on("SIGINT", () => {});

/** Loads `file.export` from the bundle's folder, as Lambda's `handler` setting says. */
function load() {
  const dot = handlerName.lastIndexOf(".");
  const stem = join(bundlePath, handlerName.slice(0, dot));
  const file = [".js", ".cjs"].map((ending) => stem + ending).find((candidate) => existsSync(candidate));
  if (file === undefined) throw runtimeError("Runtime.ImportModuleError", `Cannot find module '${stem}'`);
  const handler = require(file)[handlerName.slice(dot + 1)];
  if (typeof handler !== "function") {
    throw runtimeError("Runtime.HandlerNotFound", `${handlerName} is undefined or not exported`);
  }
  return handler;
}

function runtimeError(errorType, errorMessage) {
  const error = new Error(errorMessage);
  error.name = errorType;
  return error;
}

/** Lambda's answer to a handler that throws. */
function described(error) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? "").split("\n") };
}

function contextOf({ context, timeoutMs }) {
  const deadline = performance.now() + timeoutMs;
  return {
    ...context,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(deadline - performance.now())),
  };
}

let handler;
process.on("message", async (message) => {
  clock.set(message.nowMs);
  if (handler === undefined) {
    try {
      handler = load();
    } catch (error) {
      process.send({ id: message.id, error: described(error), initFailed: true });
      return;
    }
    process.send({ id: message.id, ready: true });
    // Loading takes no time of the invocation's.
    clock.set(message.nowMs);
  }
  try {
    const result = await handler(message.event, contextOf(message));
    process.send({ id: message.id, result: result ?? null });
  } catch (error) {
    process.send({ id: message.id, error: described(error) });
  }
});
