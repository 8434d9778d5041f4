// Every process of the run is started here and ends with it, its own children (Spark's JVM) included.
import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

/** How the run starts and ends processes. */
export interface Processes {
  /** Starts a process in a group of its own. */
  start(command: string, args: readonly string[], options: SpawnOptions): ChildProcess;
  /** Ends every process started, and all that they started: first asked, then forced. */
  endAll(): Promise<void>;
}

// How long a process may take to end by itself before it is forced.
const GRACE_MILLISECONDS = 3_000;

/** The processes below `roots` at this moment, the roots included. */
export const descendantsOf = (roots: readonly number[]): readonly number[] => {
  const listing = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
  const children = new Map<number, number[]>();
  for (const line of listing.split("\n")) {
    const [pid, parent] = line.trim().split(/\s+/).map(Number);
    if (pid === undefined || parent === undefined) continue;
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const found = new Set<number>();
  const visit = (pid: number) => {
    if (found.has(pid)) return;
    found.add(pid);
    for (const child of children.get(pid) ?? []) visit(child);
  };
  for (const root of roots) visit(root);
  return [...found];
};

const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const treeOf = (roots: readonly number[]): readonly number[] => {
  try {
    return descendantsOf(roots);
  } catch {
    return roots;
  }
};

/** Nothing is started yet. */
export const createProcesses = (): Processes => {
  const running = new Set<ChildProcess>();
  return {
    start: (command, args, options) => {
      const child = spawn(command, args, { ...options, detached: true });
      running.add(child);
      child.once("exit", () => running.delete(child));
      child.once("error", () => running.delete(child));
      return child;
    },
    endAll: async () => {
      const roots = [...running].flatMap((child) => (child.pid === undefined ? [] : [child.pid]));
      if (roots.length === 0) return;
      const tree = treeOf(roots);
      for (const root of roots) signal(-root, "SIGTERM");
      const deadline = Date.now() + GRACE_MILLISECONDS;
      while (Date.now() < deadline && tree.some(isAlive)) await sleep(50);
      for (const root of roots) signal(-root, "SIGKILL");
      for (const pid of tree) signal(pid, "SIGKILL");
    },
  };
};
