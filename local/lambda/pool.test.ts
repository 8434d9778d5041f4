// Functions run in real processes; each test's handler is a file of its own, as a bundle is.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { FunctionError } from "./function-error";
import { createFunction, type FunctionOptions, type LocalFunction } from "./pool";
import { repositoryRoot } from "./repository-root";

const noon = Date.parse("2026-11-23T15:00:00Z");
let folder: string;
let opened: LocalFunction[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pool-"));
  opened = [];
});
afterEach(async () => {
  await Promise.all(opened.map((each) => each.close()));
  rmSync(folder, { recursive: true, force: true });
});

function bundle(body: string): string {
  const path = mkdtempSync(join(folder, "bundle-"));
  writeFileSync(join(path, "index.js"), body);
  return path;
}

function functionOf(body: string, options: Partial<FunctionOptions> = {}): LocalFunction {
  const made = createFunction({
    name: "mercafacil-local-test",
    bundlePath: bundle(body),
    handler: "index.handler",
    env: {},
    timeoutSeconds: 30,
    logFile: join(folder, "logs/function.log"),
    ...options,
  });
  opened.push(made);
  return made;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // A process that ended and that nobody has waited for still takes signals.
  const stat = `/proc/${pid}/stat`;
  return !(existsSync(stat) && readFileSync(stat, "utf8").includes(") Z "));
}

async function untilGone(pid: number): Promise<void> {
  while (isRunning(pid)) await sleep(20);
}

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: FunctionError) => error,
  );
const returning = (expression: string) => `exports.handler = async (event, context) => (${expression});`;

describe("a function", () => {
  test("gets its event and answers with what the handler returns", async () => {
    expect(await functionOf(returning("({ doubled: event.n * 2 })")).invoke({ n: 21 }, noon)).toEqual({ doubled: 42 });
  });

  test("that returns nothing answers null, as Lambda does", async () => {
    expect(await functionOf(returning("undefined")).invoke({}, noon)).toBeNull();
  });

  test("that is killed while it runs fails, and the next invocation finds a new process", async () => {
    const made = functionOf(`exports.handler = async ({ waits }) => {
      if (waits) await new Promise((resolve) => setTimeout(resolve, 60_000));
      return process.pid;
    };`);
    const first = await made.invoke({}, noon);
    expect(made.crash()).toBe(0);
    const failed = failure(made.invoke({ waits: true }, noon));
    await sleep(50);
    expect(made.crash()).toBe(1);
    expect(await failed).toMatchObject({ errorType: "Runtime.ExitError", message: expect.stringContaining("SIGKILL") });
    await untilGone(first as number);
    expect(await made.invoke({}, noon)).not.toBe(first);
  });

  test("lives at the instant of each invocation, from the load of its bundle on", async () => {
    const made = functionOf(`const loaded = Date.now(); exports.handler = async () => [loaded, Date.now()];`);
    const [loaded, first] = (await made.invoke({}, noon)) as [number, number];
    const [, second] = (await made.invoke({}, noon + 86_400_000)) as [number, number];
    expect(Math.abs(loaded - noon)).toBeLessThan(60_000);
    expect(Math.abs(first - noon)).toBeLessThan(60_000);
    expect(Math.abs(second - noon - 86_400_000)).toBeLessThan(60_000);
  });

  test("sees its instant to the millisecond at its first look, however long its bundle took to load", async () => {
    const made = functionOf(`const { performance } = require("node:perf_hooks");
      const busy = () => { const until = performance.now() + 100; while (performance.now() < until); };
      Date.now(); busy();
      exports.handler = async () => { busy(); const first = Date.now(); busy(); return [first, Date.now()]; };`);
    for (const instant of [noon, noon - 86_400_000]) {
      const [first, later] = (await made.invoke({}, instant)) as [number, number];
      expect(first).toBe(instant);
      expect(later).toBeGreaterThanOrEqual(instant + 99);
    }
  });

  test("sees its own variables and Lambda's, none of this process's", async () => {
    process.env.POOL_TEST_SECRET = "leak";
    const made = functionOf(returning("process.env"), { env: { TABLE: "t" }, memoryMb: 256 });
    const seen = (await made.invoke({}, noon)) as Record<string, string>;
    delete process.env.POOL_TEST_SECRET;
    expect(seen).toMatchObject({
      TABLE: "t",
      AWS_LAMBDA_FUNCTION_NAME: "mercafacil-local-test",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
      AWS_REGION: "sa-east-1",
      _HANDLER: "index.handler",
    });
    expect(seen.POOL_TEST_SECRET).toBeUndefined();
    expect(seen.PATH).toBeUndefined();
  });

  test("runs in UTC, whatever this machine's zone", async () => {
    expect(await functionOf(returning("new Date(2020, 0, 1).toISOString()")).invoke({}, noon)).toBe(
      "2020-01-01T00:00:00.000Z",
    );
  });

  test("gets Lambda's context and a remaining time that shrinks from the timeout", async () => {
    const made = functionOf(
      `exports.handler = async (event, context) => {
        const before = context.getRemainingTimeInMillis();
        await new Promise((resolve) => setTimeout(resolve, 30));
        return { ...context, before, after: context.getRemainingTimeInMillis() };
      };`,
      { timeoutSeconds: 20 },
    );
    const seen = (await made.invoke({}, noon)) as { before: number; after: number };
    expect(seen).toMatchObject({ functionName: "mercafacil-local-test", awsRequestId: expect.any(String) });
    expect(seen.before).toBeLessThanOrEqual(20_000);
    expect(seen.after).toBeLessThan(seen.before);
  });

  test("that throws fails with the error's own name and words, and its process goes on", async () => {
    const made = functionOf(
      `let n = 0; exports.handler = async () => { n += 1; if (n === 1) throw new RangeError("too far"); return n; };`,
    );
    expect(await failure(made.invoke({}, noon))).toMatchObject({ errorType: "RangeError", message: "too far" });
    expect(await made.invoke({}, noon)).toBe(2);
  });

  test("whose answer is not JSON fails and is not left hanging", async () => {
    expect(await failure(functionOf(returning("1n")).invoke({}, noon))).toMatchObject({ errorType: "TypeError" });
  });

  test("that runs out of time is killed, said so, and followed by a fresh process", async () => {
    const made = functionOf(
      `let n = 0; exports.handler = async (event) => { n += 1; if (event.hang) for (;;); return [n, process.pid]; };`,
      { timeoutSeconds: 2 },
    );
    const [, pid] = (await made.invoke({}, noon)) as [number, number];
    const error = await failure(made.invoke({ hang: true }, noon));
    expect(error).toMatchObject({ errorType: "Sandbox.Timedout" });
    expect(error?.message).toContain("Task timed out after 2.00 seconds");
    const [count, next] = (await made.invoke({}, noon)) as [number, number];
    expect(count).toBe(1);
    expect(next).not.toBe(pid);
    await untilGone(pid);
    expect(readFileSync(join(folder, "logs/function.log"), "utf8")).toContain("Task timed out");
  });

  test("that hangs at its very first invocation is killed too", async () => {
    const made = functionOf(returning("new Promise(() => setInterval(() => undefined, 1000))"), { timeoutSeconds: 2 });
    expect(await failure(made.invoke({}, noon))).toMatchObject({ errorType: "Sandbox.Timedout" });
  });

  test("has its whole time after its bundle is loaded, however long that took", async () => {
    const slowLoad = "const end = performance.now() + 2200; while (performance.now() < end);";
    const made = functionOf(`${slowLoad} exports.handler = async () => "done";`, { timeoutSeconds: 2 });
    expect(await made.invoke({}, noon)).toBe("done");
  });

  test("whose process dies fails by name, and the next invocation gets a fresh one", async () => {
    const made = functionOf(`exports.handler = async (event) => { if (event.die) process.exit(7); return "alive"; };`);
    const error = await failure(made.invoke({ die: true }, noon));
    expect(error).toMatchObject({ errorType: "Runtime.ExitError" });
    expect(error?.message).toContain("exit status 7");
    expect(await made.invoke({}, noon)).toBe("alive");
  });

  test("that dies while idle is replaced before it is used", async () => {
    const made = functionOf(
      `exports.handler = async () => { setTimeout(() => process.exit(1), 5); return process.pid; };`,
    );
    const pid = (await made.invoke({}, noon)) as number;
    await untilGone(pid);
    await sleep(50);
    expect(await made.invoke({}, noon)).not.toBe(pid);
  });

  test.each([
    ["throws while it loads", `throw new Error("no such variable: TABLE");`, "Error", "no such variable"],
    ["exports no such handler", `exports.other = 1;`, "Runtime.HandlerNotFound", "index.handler"],
  ])("whose bundle %s fails each time and leaves no process", async (_, body, errorType, words) => {
    const made = functionOf(body);
    for (const _again of [1, 2]) {
      const error = await failure(made.invoke({}, noon));
      expect(error).toMatchObject({ errorType });
      expect(error?.message).toContain(words);
    }
  });

  test("leaves what it prints in its log file", async () => {
    const made = functionOf(`exports.handler = async () => { console.log("said"); console.error("complained"); };`);
    await made.invoke({}, noon);
    await made.close();
    const log = readFileSync(join(folder, "logs/function.log"), "utf8");
    expect(log).toContain("said");
    expect(log).toContain("complained");
  });

  test("has no more heap than its memory size", async () => {
    const heapLimit = returning(`require("node:v8").getHeapStatistics().heap_size_limit / 1048576`);
    const small = (await functionOf(heapLimit, { memoryMb: 128 }).invoke({}, noon)) as number;
    const large = (await functionOf(heapLimit, { memoryMb: 1024 }).invoke({}, noon)) as number;
    expect(small).toBeLessThan(300);
    expect(large).toBeGreaterThan(1000);
  });
});

describe("execution environments", () => {
  const meet = `exports.handler = async (event) => {
    await new Promise((resolve) => setTimeout(resolve, event.wait));
    return process.pid;
  };`;

  test("are reused one after another", async () => {
    const made = functionOf(meet);
    expect(await made.invoke({ wait: 0 }, noon)).toBe(await made.invoke({ wait: 0 }, noon));
  });

  test("are never shared by two invocations at once", async () => {
    const made = functionOf(meet);
    const pids = await Promise.all([1, 2, 3].map(() => made.invoke({ wait: 200 }, noon)));
    expect(new Set(pids).size).toBe(3);
  });

  test("are never more than the limit; the rest wait their turn and none is lost", async () => {
    const made = functionOf(meet, { maxConcurrency: 2 });
    const pids = await Promise.all(Array.from({ length: 7 }, () => made.invoke({ wait: 20 }, noon)));
    expect(pids).toHaveLength(7);
    expect(new Set(pids).size).toBeLessThanOrEqual(2);
  });

  test("all end when the function is closed, and what still ran fails", async () => {
    const made = functionOf(meet);
    const pid = (await made.invoke({ wait: 0 }, noon)) as number;
    const running = failure(made.invoke({ wait: 60_000 }, noon));
    await sleep(50);
    await made.close();
    expect(isRunning(pid)).toBe(false);
    expect(await running).toMatchObject({ errorType: "Runtime.ExitError" });
    expect(await failure(made.invoke({}, noon))).toMatchObject({ errorType: "Runtime.Closed" });
  });

  test("end when their parent is killed outright", async () => {
    const root = repositoryRoot(__dirname);
    const parentFile = join(folder, "parent.cjs");
    mkdirSync(join(folder, "b"));
    writeFileSync(join(folder, "b/index.js"), `exports.handler = async () => process.pid;`);
    writeFileSync(
      parentFile,
      `const { fork } = require("node:child_process");
       const child = fork(${JSON.stringify(join(root, "local/lambda/handler-runner.cjs"))},
         [${JSON.stringify(join(folder, "b"))}, "index.handler"],
         { execArgv: ["--import", "file://${join(root, "local/clock/clock.mjs")}"], stdio: ["ignore", "ignore", "ignore", "ipc"] });
       child.on("message", (m) => m.result && console.log(m.result));
       child.send({ id: "1", event: {}, context: {}, nowMs: 0, timeoutMs: 1000 });`,
    );
    const parent: ChildProcess = spawn(process.execPath, [parentFile], { stdio: ["ignore", "pipe", "inherit"] });
    const pid = Number(
      await new Promise<string>((resolve) => parent.stdout?.once("data", (data) => resolve(String(data)))),
    );
    expect(isRunning(pid)).toBe(true);
    parent.kill("SIGKILL");
    await untilGone(pid);
    expect(isRunning(pid)).toBe(false);
  });
});
