// One execution environment of a function is one real process: its variables are those of the function and those that
// Lambda sets, it runs one invocation at a time, and a timeout or a crash ends it.
import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { writeSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { OPERATOR_KEY } from "../access/access";
import { FunctionError } from "./function-error";
import { repositoryRoot } from "./repository-root";

// Lambda gives initialisation 10 s of its own; several starting at once on a small machine need more.
const initSeconds = 60;
const defaultMemoryMb = 128;
const account = "000000000000";

/** A function as the synthesized configuration describes it. */
export interface FunctionDefinition {
  readonly name: string;
  /** The folder with the unpacked zip. */
  readonly bundlePath: string;
  /** `file.export`, as in Lambda. */
  readonly handler: string;
  /** The function's variables, and nothing of this process's own. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  /** Bounds the JavaScript heap (MB); Lambda's default is 128. */
  readonly memoryMb?: number;
  readonly region?: string;
  /** The access key that the SDK signs with: on this machine, the name of the function's role. */
  readonly accessKeyId?: string;
}

export interface ExecutionEnvironment {
  /** One at a time. Rejects with a FunctionError. */
  invoke(event: unknown, nowMs: number): Promise<unknown>;
  isAlive(): boolean;
  /** Ends the process, whatever it does, and waits for the end. */
  kill(): Promise<void>;
}

interface Pending {
  readonly id: string;
  readonly settle: (outcome: { result: unknown } | { error: FunctionError }) => void;
  readonly nowMs: number;
  readonly startedMs: number;
  timer: NodeJS.Timeout;
}

interface Answer {
  readonly id: string;
  readonly ready?: true;
  readonly result?: unknown;
  readonly error?: { readonly errorType: string; readonly errorMessage: string; readonly trace: string[] };
  readonly initFailed?: true;
}

/** Starts a process; `logFd` takes all that it prints. */
export function startEnvironment(definition: FunctionDefinition, logFd: number): ExecutionEnvironment {
  const logStream = `[$LATEST]${randomUUID().replaceAll("-", "")}`;
  const child = spawnRunner(definition, logStream, logFd);
  let warm = false;
  let alive = true;
  let pending: Pending | undefined;

  const settle = (outcome: Parameters<Pending["settle"]>[0]) => {
    const current = pending;
    if (current === undefined) return;
    pending = undefined;
    clearTimeout(current.timer);
    writeSync(logFd, reportLine(current, "error" in outcome));
    current.settle(outcome);
  };
  const failAndEnd = (errorType: string, words: string) => {
    const message = `RequestId: ${pending?.id} Error: ${words}`;
    writeSync(logFd, `${message}\n`);
    alive = false;
    child.kill("SIGKILL");
    settle({ error: new FunctionError(errorType, message) });
  };
  const timeOutAfter = (seconds: number) =>
    setTimeout(
      () => failAndEnd("Sandbox.Timedout", `Task timed out after ${seconds.toFixed(2)} seconds`),
      seconds * 1000,
    );

  const ended = new Promise<void>((resolve) => {
    child.once("error", (error) => {
      alive = false;
      settle({ error: new FunctionError("Runtime.InvalidEntrypoint", error.message) });
      if (child.pid === undefined) resolve();
    });
    child.once("exit", (code, signal) => {
      alive = false;
      if (pending) failAndEnd("Runtime.ExitError", `Runtime exited with error: ${exitWords(code, signal)}`);
      resolve();
    });
  });
  child.on("message", (answer: Answer) => {
    if (pending === undefined || answer.id !== pending.id) return;
    if (answer.ready) {
      warm = true;
      clearTimeout(pending.timer);
      pending.timer = timeOutAfter(definition.timeoutSeconds);
    } else if (answer.error) {
      if (answer.initFailed) {
        alive = false;
        child.kill("SIGKILL");
      }
      const { errorType, errorMessage, trace } = answer.error;
      settle({ error: new FunctionError(errorType, errorMessage, trace) });
    } else {
      settle({ result: answer.result });
    }
  });

  return {
    invoke: (event, nowMs) =>
      new Promise((resolve, reject) => {
        const id = randomUUID();
        const timer = timeOutAfter(warm ? definition.timeoutSeconds : initSeconds);
        pending = {
          id,
          timer,
          nowMs,
          startedMs: performance.now(),
          settle: (outcome) => ("error" in outcome ? reject(outcome.error) : resolve(outcome.result)),
        };
        const context = contextData(definition, id, logStream);
        child.send({ id, event, context, nowMs, timeoutMs: definition.timeoutSeconds * 1000 }, (error) => {
          if (error) failAndEnd("Runtime.ExitError", `Runtime could not be reached: ${error.message}`);
        });
      }),
    isAlive: () => alive,
    kill: () => {
      alive = false;
      child.kill("SIGKILL");
      return ended;
    },
  };
}

function spawnRunner(definition: FunctionDefinition, logStream: string, logFd: number): ChildProcess {
  const root = repositoryRoot();
  const memoryMb = definition.memoryMb ?? defaultMemoryMb;
  return fork(join(root, "local/lambda/handler-runner.cjs"), [definition.bundlePath, definition.handler], {
    cwd: definition.bundlePath,
    env: { ...definition.env, ...lambdaVariables(definition, memoryMb, logStream) },
    execArgv: ["--import", pathToFileURL(join(root, "local/clock/clock.mjs")).href, `--max-old-space-size=${memoryMb}`],
    stdio: ["ignore", logFd, logFd, "ipc"],
  });
}

/** The variables that Lambda sets and that no function may set. */
function lambdaVariables(definition: FunctionDefinition, memoryMb: number, logStream: string): Record<string, string> {
  const region = definition.region ?? "sa-east-1";
  return {
    _HANDLER: definition.handler,
    AWS_ACCESS_KEY_ID: definition.accessKeyId ?? OPERATOR_KEY,
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${process.versions.node.split(".")[0]}.x`,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${definition.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    AWS_REGION: region,
    LAMBDA_TASK_ROOT: definition.bundlePath,
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
  };
}

function contextData(definition: FunctionDefinition, awsRequestId: string, logStreamName: string) {
  const region = definition.region ?? "sa-east-1";
  return {
    awsRequestId,
    functionName: definition.name,
    functionVersion: "$LATEST",
    invokedFunctionArn: `arn:aws:lambda:${region}:${account}:function:${definition.name}`,
    logGroupName: `/aws/lambda/${definition.name}`,
    logStreamName,
    memoryLimitInMB: String(definition.memoryMb ?? defaultMemoryMb),
  };
}

/** The line that Lambda itself writes after each invocation, in its JSON format. */
function reportLine({ id, nowMs, startedMs }: Pending, failed: boolean): string {
  const metrics = { durationMs: Math.round(performance.now() - startedMs) };
  const record = { requestId: id, status: failed ? "error" : "success", metrics };
  return `${JSON.stringify({ time: new Date(nowMs).toISOString(), type: "platform.report", record })}\n`;
}

function exitWords(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `exit status ${code}` : `signal: ${signal}`;
}
