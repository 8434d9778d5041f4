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

type Queue = {
  waiting: number;
  readonly taken: number[];
  taking: Promise<void> | undefined;
  /** The number had free slots at once when last asked: some taken in vain keep nobody waiting. */
  spare: boolean;
  /** Requests asked for in this run of time, and in the one before it. */
  demand: { readonly run: number; now: number; before: number };
};

/** A pace with no slots yet. */
export function newPace({ slots, perSecondOf, now, pause, patienceMs }: PaceOptions): Pace {
  const queues = new Map<string, Queue>();

  function queueOf(sender: string): Queue {
    const run = Math.floor(now() / RUN_MS);
    let queue = queues.get(sender);
    if (!queue) {
      queue = { waiting: 0, taken: [], taking: undefined, spare: false, demand: { run, now: 0, before: 0 } };
      queues.set(sender, queue);
    }
    const { demand } = queue;
    if (demand.run !== run) queue.demand = { run, now: 0, before: demand.run === run - 1 ? demand.now : 0 };
    return queue;
  }

  /** What is asked for while a slot keeps: whoever comes meanwhile need not wait for an answer too. */
  const expected = ({ spare, demand }: Queue): number =>
    spare ? Math.ceil((Math.max(demand.before, demand.now) * LATE_MS) / RUN_MS) : 0;

  async function take(sender: string, queue: Queue): Promise<void> {
    const perSecond = perSecondOf(sender);
    const most = Math.max(1, Math.floor((perSecond * RUN_MS) / 1000));
    const wanted = Math.max(1, queue.waiting + expected(queue));
    const askedAt = now();
    const run = await slots.take(sender, Math.min(most, wanted), perSecond, askedAt);
    queue.spare = run.firstAt + run.count * run.apartMs <= askedAt + RUN_MS;
    for (let place = 0; place < run.count; place += 1) queue.taken.push(run.firstAt + place * run.apartMs);
  }

  function taking(sender: string, queue: Queue): Promise<void> {
    queue.taking ??= take(sender, queue).finally(() => {
      queue.taking = undefined;
    });
    return queue.taking;
  }

  async function nextSlot(sender: string): Promise<number> {
    const queue = queueOf(sender);
    queue.waiting += 1;
    queue.demand.now += 1;
    try {
      for (;;) {
        const at = queue.taken.shift();
        if (at === undefined) await taking(sender, queue);
        else if (at >= now() - LATE_MS) {
          // A failure is told to who waits for slots; here nobody does.
          if (queue.taken.length < expected(queue) / 2) taking(sender, queue).catch(() => {});
          return at;
        }
      }
    } finally {
      queue.waiting -= 1;
    }
  }

  return {
    async slot(sender) {
      for (;;) {
        const at = await nextSlot(sender);
        const wait = at - now();
        if (wait > patienceMs()) return false;
        if (wait > 0) await pause(wait);
        if (now() - at <= LATE_MS) return true;
      }
    },
  };
}
