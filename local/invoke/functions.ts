// Every function of the stack, runnable by name: its shipped zip unpacked, its synthesized environment, its own log.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { devNull } from "node:os";
import { dirname, join } from "node:path";
import { unzipSync } from "fflate";
import { createFunction, type LocalFunction } from "../lambda/pool";
import type { FunctionDefinition } from "../loader/platform";

/** The functions of the run. */
export interface Functions {
  /** Runs a function at a played instant and waits for its answer. Rejects with the function's error. */
  invoke(name: string, event: unknown, nowMs: number): Promise<unknown>;
  /** Invocations that have not ended. */
  running(): number;
  /** Ends the processes that wait for work, of one function or of all; a later invocation starts new ones. */
  rest(name?: string): Promise<void>;
  /** Ends what that function runs now as kill -9 does, so that it fails; gives how many processes that were. */
  crash(name: string): Promise<number>;
  close(): Promise<void>;
}

/** Where the functions find the stand-ins, and where they leave their logs. */
export interface FunctionSurroundings {
  /** For the unpacked zips. */
  readonly folder: string;
  /** Where logs lie when a function's first process starts. */
  readonly logs: () => string;
  readonly region: string;
  /** Variables that point the AWS SDK to the stand-ins. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** Whether a function's role may write the function's log; without it the log is lost, as on AWS. */
  readonly mayLog: (definition: FunctionDefinition) => Promise<boolean>;
}

// Processes of one function at once: a process takes some 80 MB and half a second to start, and more would only wait for
// each other here.
const MAXIMUM_PROCESSES = 4;

const unpack = (definition: FunctionDefinition, folder: string): string => {
  const target = join(folder, definition.name);
  for (const [name, content] of Object.entries(unzipSync(readFileSync(definition.zip)))) {
    const file = join(target, name);
    if (!file.startsWith(`${target}/`)) throw new Error(`${definition.zip} holds ${name}, outside of the function`);
    if (name.endsWith("/")) continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  return target;
};

/** Unpacks all functions; their processes start with the first invocation. */
export const createFunctions = (
  definitions: readonly FunctionDefinition[],
  surroundings: FunctionSurroundings,
): Functions => {
  const pools = new Map<string, { readonly create: () => Promise<LocalFunction>; current?: Promise<LocalFunction> }>();
  for (const definition of definitions) {
    const bundlePath = unpack(definition, surroundings.folder);
    const { name, handler, timeoutSeconds, memoryMb, environment } = definition;
    pools.set(name, {
      create: async () =>
        createFunction({
          name,
          bundlePath,
          handler,
          timeoutSeconds,
          memoryMb,
          maxConcurrency: MAXIMUM_PROCESSES,
          region: surroundings.region,
          accessKeyId: definition.role,
          env: { ...environment, ...surroundings.endpoints },
          logFile: (await surroundings.mayLog(definition)) ? join(surroundings.logs(), `${name}.log`) : devNull,
        }),
    });
  }
  let running = 0;
  const rest = async (only?: string) => {
    const open = [...pools].map(([name, pool]) => {
      if (only !== undefined && name !== only) return undefined;
      const { current } = pool;
      pool.current = undefined;
      return current;
    });
    await Promise.all(open.map(async (pool) => (await pool)?.close()));
  };
  return {
    invoke: async (name, event, nowMs) => {
      const pool = pools.get(name);
      if (!pool) throw new Error(`the stack has no function ${name}`);
      pool.current ??= pool.create();
      running += 1;
      try {
        return await (await pool.current).invoke(event, nowMs);
      } finally {
        running -= 1;
      }
    },
    running: () => running,
    rest,
    crash: async (name) => (await pools.get(name)?.current)?.crash() ?? 0,
    close: () => rest(),
  };
};
