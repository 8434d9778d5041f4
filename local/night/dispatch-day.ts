// Plays the sending day: schedules fire at their instants, queues drain, and when nothing is left to do the clock
// jumps to the next instant, until the day is over.
import { setTimeout as sleep } from "node:timers/promises";
import type { QueuePoller } from "../invoke/queue-poller";
import { scheduledInstants } from "../invoke/schedule-expression";
import type { Schedule } from "../loader/platform";
import type { TwilioStandIn } from "../twilio/twilio";
import { NightError } from "./night-error";

/** What the day needs of the run. */
export interface DayPorts {
  readonly schedules: readonly Schedule[];
  readonly pollers: readonly QueuePoller[];
  /** Invokes a schedule's target asynchronously; resolves when it has ended for good. */
  fire(schedule: Schedule, instant: number): Promise<void>;
  /** What Twilio still has to tell, now and later on the played clock. */
  readonly twilio: Pick<TwilioStandIn, "idle" | "nextDue" | "release">;
  moveTo(instant: number): Promise<void> | void;
  /** Told before each jump, with the schedules that fire at it. */
  progress(instant: number, schedules: readonly Schedule[]): void;
}

// Between two looks at the queues; and how long nothing may move before the day is given up (both the real clock's).
const PAUSE_MILLISECONDS = 50;
const STUCK_MILLISECONDS = 300_000;

const queuesIdle = async (pollers: readonly QueuePoller[]): Promise<boolean> => {
  if (pollers.some((poller) => poller.running() > 0)) return false;
  const waiting = await Promise.all(pollers.map((poller) => poller.waiting()));
  return waiting.every((count) => count === 0) && pollers.every((poller) => poller.running() === 0);
};

const settle = async (ports: DayPorts): Promise<void> => {
  let moved = Date.now();
  for (;;) {
    const took = await Promise.all(ports.pollers.map((poller) => poller.poll()));
    const busy = took.some(Boolean) || ports.pollers.some((poller) => poller.running() > 0);
    if (busy) moved = Date.now();
    else if (await queuesIdle(ports.pollers)) {
      // A callback may enqueue, so the queues are looked at once more after the last one.
      await ports.twilio.idle();
      if (await queuesIdle(ports.pollers)) return;
    }
    if (Date.now() - moved > STUCK_MILLISECONDS)
      throw new NightError("Dispatch stands still: messages wait in a queue that nothing takes them from; see logs/.");
    await sleep(PAUSE_MILLISECONDS);
  }
};

/** Plays [from, until). Resolves when every scheduled instant has passed and nothing is left to do. */
export const playDay = async (ports: DayPorts, from: number, until: number): Promise<void> => {
  const due = ports.schedules
    .filter(({ enabled }) => enabled)
    .flatMap((schedule) =>
      scheduledInstants(schedule.expression, schedule.timeZone, from, until).map((instant) => ({ schedule, instant })),
    )
    .sort((one, other) => one.instant - other.instant);
  await ports.moveTo(from);
  for (;;) {
    const visible = ports.pollers.flatMap((poller) => poller.nextVisible() ?? []);
    const told = ports.twilio.nextDue() ?? Number.POSITIVE_INFINITY;
    const next = Math.min(...visible, told, due[0]?.instant ?? Number.POSITIVE_INFINITY);
    if (next >= until) return;
    await ports.moveTo(Math.max(next, from));
    for (const poller of ports.pollers) await poller.release();
    await ports.twilio.release();
    const firing = [];
    while (due[0]?.instant === next) firing.push(due.shift()?.schedule as Schedule);
    ports.progress(next, firing);
    await Promise.all(firing.map((schedule) => ports.fire(schedule, next)));
    await settle(ports);
  }
};
