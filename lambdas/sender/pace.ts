// A request to Twilio waits for a slot of its sender number. Slots are taken a fifth of a second at a time, so that many
// senders share a number fairly, and one that comes too late for its slot takes another.
import type { SendSlots } from "../shared/send-slots";

/** The pace of one worker's requests. */
export type Pace = {
  /** Resolves when a request from that sender may begin; false when that would be later than there is time. */
  readonly slot: (sender: string) => Promise<boolean>;
};

export type PaceOptions = {
  readonly slots: SendSlots;
  /** Messages a second that a sender may send. */
  readonly perSecondOf: (sender: string) => number;
  readonly now: () => number;
  readonly pause: (ms: number) => Promise<void>;
  /** Milliseconds from now in which a request may still begin. */
  readonly patienceMs: () => number;
};

const RUN_MS = 200;
/** How late a slot may be used: later, too many others' requests would fall together with it. */
const LATE_MS = 100;

type Queue = { waiting: number; taken: number[]; taking: Promise<void> | undefined };

/** A pace with no slots yet. */
export function newPace({ slots, perSecondOf, now, pause, patienceMs }: PaceOptions): Pace {
  const queues = new Map<string, Queue>();

  async function take(sender: string, queue: Queue): Promise<void> {
    const perSecond = perSecondOf(sender);
    const most = Math.max(1, Math.floor((perSecond * RUN_MS) / 1000));
    const run = await slots.take(sender, Math.min(most, queue.waiting), perSecond, now());
    for (let place = 0; place < run.count; place += 1) {
      queue.taken.push(run.firstAt + place * run.apartMs);
    }
  }

  async function nextSlot(sender: string, queue: Queue): Promise<number> {
    for (;;) {
      const at = queue.taken.shift();
      if (at !== undefined && at >= now() - LATE_MS) return at;
      if (at !== undefined) continue;
      queue.taking ??= take(sender, queue).finally(() => {
        queue.taking = undefined;
      });
      await queue.taking;
    }
  }

  return {
    async slot(sender) {
      const queue = queues.get(sender) ?? { waiting: 0, taken: [], taking: undefined };
      queues.set(sender, queue);
      for (;;) {
        queue.waiting += 1;
        const at = await nextSlot(sender, queue).finally(() => {
          queue.waiting -= 1;
        });
        const wait = at - now();
        if (wait > patienceMs()) return false;
        if (wait > 0) await pause(wait);
        if (now() - at <= LATE_MS) return true;
      }
    },
  };
}
