// Invocations as Lambda makes them: each in a process of its own, which may die or stand still, and then others go on.
import type { Effect, Effects, Process } from "./faults";

/** What an invocation does, through effects of its process. */
export type Job = {
  readonly work: (effect: Effect) => Promise<unknown>;
  /** Told when it has ended or stands still: what it had in its hands is free for others. */
  readonly letGo?: () => void;
};

/** The invocations of a day. */
export type Invocations = {
  /** Runs a job until it ends (true when it succeeded) or stands still. */
  readonly run: (job: Job) => Promise<boolean>;
  /** Runs a schedule's job again when it fails, as often as Lambda does. */
  readonly invoke: (job: Job) => Promise<void>;
  /** Lets those who stand still for that long go on, one after the other; false when there was none. */
  readonly resume: (kind: NonNullable<Process["standing"]>["kind"]) => Promise<boolean>;
};

/** Lambda invokes a schedule's function three times at most. */
const INVOCATIONS = 3;

/** Invocations whose effects are counted; `stood` is told when one stands still. */
export function invocations(effects: Effects, stood: () => void): Invocations {
  const standing = new Map<Process, Promise<boolean>>();
  /** Waits until it ends, or stands still (false). */
  async function follow(process: Process, ended: Promise<boolean>): Promise<boolean> {
    const stands = new Promise<"stands">((resolve) => {
      process.onStand = () => resolve("stands");
    });
    const first = await Promise.race([ended, stands]);
    if (first !== "stands") return first;
    standing.set(process, ended);
    stood();
    return false;
  }
  async function run(job: Job): Promise<boolean> {
    const process: Process = { dead: false, standing: undefined, onStand: () => {} };
    const ended = job.work(effects.of(process)).then(
      () => true,
      () => false,
    );
    const succeeded = await follow(process, ended);
    job.letGo?.();
    return succeeded;
  }
  return {
    run,
    async invoke(job) {
      for (let tries = 0; tries < INVOCATIONS; tries += 1) if (await run(job)) return;
    },
    async resume(kind) {
      const due = [...standing].filter(([process]) => process.standing?.kind === kind);
      for (const [process, ended] of due) {
        standing.delete(process);
        process.standing?.resume();
        await follow(process, ended);
      }
      return due.length > 0;
    },
  };
}
