// What a process and all its descendants hold in memory, shared pages counted once: Linux's own account of it (PSS).
import { readdirSync, readFileSync } from "node:fs";

const read = (file: string): string => {
  try {
    return readFileSync(file, "utf8");
  } catch {
    // The process has ended meanwhile.
    return "";
  }
};

const childrenOf = (pid: number): number[] => {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      read(`/proc/${pid}/task/${task}/children`).split(" ").filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
};

/** The process and its descendants. */
export const treeOf = (pid: number): number[] => [pid, ...childrenOf(pid).flatMap(treeOf)];

/** Mebibytes of memory by process: name and size; a process that has ended is left out. */
export const memoryOf = (pids: readonly number[]): { name: string; mebibytes: number }[] =>
  pids.flatMap((pid) => {
    const pss = /^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1];
    return pss === undefined ? [] : [{ name: read(`/proc/${pid}/comm`).trim(), mebibytes: Number(pss) / 1024 }];
  });
