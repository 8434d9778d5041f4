// One process at a time does a piece of work in this folder; a lock left by a process that died is taken over.
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "./files.mjs";

const pollMilliseconds = 50;
const abandonedMilliseconds = 10_000;

/** When the process began, so that a number used again by another process is not taken for the same one. */
function beginning(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return "";
  }
}

const self = () => `${process.pid} ${beginning(process.pid)}`;

function isAlive(owner) {
  const [pid, began] = owner.split(" ");
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    return error.code === "EPERM";
  }
  return !began || beginning(pid) === began;
}

/** Takes the lock by making its folder; the owner's name is in it before it appears under its final name. */
function take(lock) {
  const mine = `${lock}.${process.pid}`;
  rmSync(mine, { recursive: true, force: true });
  mkdirSync(mine, { recursive: true });
  writeFileSync(path.join(mine, "owner"), self());
  try {
    renameSync(mine, lock);
    return true;
  } catch (error) {
    rmSync(mine, { recursive: true, force: true });
    if (["ENOTEMPTY", "EEXIST", "EPERM"].includes(error.code)) return false;
    throw error;
  }
}

function ownerOf(lock) {
  try {
    return readFileSync(path.join(lock, "owner"), "utf8");
  } catch {
    return undefined;
  }
}

/** Moves the lock away before deleting it: a half-deleted lock would look free and take its next owner with it. */
function remove(lock) {
  const grave = `${lock}.old-${process.pid}`;
  renameSync(lock, grave);
  rmSync(grave, { recursive: true, force: true });
}

/** Removes a dead owner's lock. Whoever removes holds `<lock>.reaper` meanwhile, so that nobody's new lock is removed. */
function takeAway(lock, owner) {
  const reaper = `${lock}.reaper`;
  try {
    mkdirSync(reaper);
  } catch {
    const since = statSync(reaper, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - since > abandonedMilliseconds) rmSync(reaper, { recursive: true, force: true });
    return;
  }
  if (ownerOf(lock) === owner) remove(lock);
  rmSync(reaper, { recursive: true, force: true });
}

/**
 * Runs `work` while holding the named lock of this folder; waits for another process that holds it.
 * @param {string} name what is locked, a word
 * @param {() => T | Promise<T>} work
 * @param {(owner: string) => void} [waiting] told once, with the process number, when there is a wait
 * @template T
 */
export async function withLock(name, work, waiting = () => {}) {
  const lock = path.join(root, ".local", "locks", name);
  mkdirSync(path.dirname(lock), { recursive: true });
  let told = false;
  while (!take(lock)) {
    const owner = ownerOf(lock);
    if (owner !== undefined && !isAlive(owner)) {
      takeAway(lock, owner);
    } else if (owner !== undefined && !told) {
      told = true;
      waiting(owner.split(" ")[0]);
    }
    await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
  }
  try {
    return await work();
  } finally {
    remove(lock);
  }
}
