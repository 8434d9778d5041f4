// Runs a function as Lambda does: an idle execution environment is reused, a busy one is never shared, a new process
// starts when none is idle, and closing leaves no process behind.
import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { type ExecutionEnvironment, type FunctionDefinition, startEnvironment } from "./execution-environment";
import { FunctionError } from "./function-error";

/** A function and what its processes may use of this machine. */
export interface FunctionOptions extends FunctionDefinition {
  /** Takes what the handlers print; appended to. */
  readonly logFile: string;
  /** Processes at most; further invocations wait their turn. No limit by default. */
  readonly maxConcurrency?: number;
}

export interface LocalFunction {
  readonly name: string;
  /** Runs the handler at the played instant `nowMs` (epoch ms); its answer, or a FunctionError. */
  invoke(event: unknown, nowMs: number): Promise<unknown>;
  /** Ends the processes that run something now as kill -9 does; what they ran fails. Gives how many they were. */
  crash(): number;
  /** Ends every process; what still runs fails. */
  close(): Promise<void>;
}

/** Starts nothing until the first invocation. */
export function createFunction(options: FunctionOptions): LocalFunction {
  mkdirSync(dirname(options.logFile), { recursive: true });
  const logFd = openSync(options.logFile, "a");
  const limit = options.maxConcurrency ?? Number.POSITIVE_INFINITY;
  const environments = new Set<ExecutionEnvironment>();
  const idle: ExecutionEnvironment[] = [];
  const waiting: (() => void)[] = [];
  const ending = new Set<Promise<void>>();
  let closed = false;

  async function take(): Promise<ExecutionEnvironment> {
    for (;;) {
      if (closed) throw new FunctionError("Runtime.Closed", `${options.name} is closed`);
      for (let candidate = idle.pop(); candidate; candidate = idle.pop()) {
        if (candidate.isAlive()) return candidate;
        forget(candidate);
      }
      if (environments.size < limit) {
        const started = startEnvironment(options, logFd);
        environments.add(started);
        return started;
      }
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  }

  function forget(dead: ExecutionEnvironment): void {
    environments.delete(dead);
    const end: Promise<void> = dead.kill().then(() => void ending.delete(end));
    ending.add(end);
  }

  function giveBack(environment: ExecutionEnvironment): void {
    if (environment.isAlive()) idle.push(environment);
    else forget(environment);
    waiting.shift()?.();
  }

  return {
    name: options.name,
    invoke: async (event, nowMs) => {
      const environment = await take();
      try {
        return await environment.invoke(event, nowMs);
      } finally {
        giveBack(environment);
      }
    },
    crash: () => {
      const busy = [...environments].filter((environment) => environment.isAlive() && !idle.includes(environment));
      // Whoever waits for the invocation hears of it and forgets the process.
      for (const environment of busy) void environment.kill();
      return busy.length;
    },
    close: async () => {
      if (closed) return;
      closed = true;
      await Promise.all([...ending, ...[...environments].map((environment) => environment.kill())]);
      for (const wake of waiting.splice(0)) wake();
      closeSync(logFd);
    },
  };
}
