// Effects that can be counted and broken: every write, request and queue operation of a played day is numbered in the
// order in which it happens, and a plan says which of them goes wrong and how.

/**
 * What goes wrong at an effect: it happens and its process is gone before it learns of it; it happens and its process
 * is told that it failed; it does not happen and its process is told so; it happens and its process stands still until
 * others have done its work again, or until the day has been closed.
 */
export const FAULT_KINDS = ["dies", "answer_lost", "refused", "stalls", "stalls_past_close"] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** One thing that goes wrong: at the effect of that number, from 1. */
export type Fault = { readonly at: number; readonly kind: FaultKind };

/** The process is gone: nothing of it happens any more. */
export class Died extends Error {
  override readonly name = "Died";
}

/** The other side failed, or did not answer. */
export class PortFailed extends Error {
  override readonly name = "PortFailed";
}

/** One running invocation. */
export type Process = {
  dead: boolean;
  /** While it stands still: until what, what it waits for, and what lets it go on. */
  standing: { readonly kind: Stall; readonly gate: Promise<void>; readonly resume: () => void } | undefined;
  /** Told when it comes to stand still. */
  onStand: () => void;
};

type Stall = "stalls" | "stalls_past_close";

/** Turns an act into a counted effect of a process. */
export type Effect = <A extends unknown[], R>(act: (...args: A) => Promise<R>) => (...args: A) => Promise<R>;

/** The effects of one day. */
export type Effects = {
  readonly count: () => number;
  readonly of: (process: Process) => Effect;
};

function stall(process: Process, kind: Stall): void {
  if (process.standing) return;
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const resume = (): void => {
    process.standing = undefined;
    open();
  };
  process.standing = { kind, gate, resume };
  process.onStand();
}

/** The effects of a day on which these faults happen. */
export function countedEffects(faults: readonly Fault[]): Effects {
  const planned = new Map(faults.map(({ at, kind }) => [at, kind]));
  let count = 0;
  return {
    count: () => count,
    of:
      (process) =>
      (act) =>
      async (...args) => {
        if (process.standing) await process.standing.gate;
        if (process.dead) throw new Died();
        count += 1;
        const kind = planned.get(count);
        if (kind === "refused") throw new PortFailed();
        const result = await act(...args);
        if (kind === "answer_lost") throw new PortFailed();
        if (kind === "dies") process.dead = true;
        else if (kind !== undefined) stall(process, kind);
        if (process.standing) await process.standing.gate;
        if (process.dead) throw new Died();
        return result;
      },
  };
}

/** The ports with every function but those that only read turned into effects. */
export function effectful<T extends object>(ports: T, reads: ReadonlySet<string>, effect: Effect): T {
  const entries = Object.entries(ports).map(([name, port]) => [
    name,
    typeof port === "function" && !reads.has(name) ? effect(port) : port,
  ]);
  return Object.fromEntries(entries) as T;
}
