// The campaign's day as AWS plays it: schedules that ask again when a function fails, queues that bring back what was
// not deleted, Twilio's callbacks, and every function's shipped rules in between.
import { closeDay } from "../closer/close-day";
import { planDay } from "../planner/plan-day";
import { memoryCircuit } from "../sender/memory-circuit";
import { memoryLedger } from "../sender/memory-ledger";
import { memoryLeases, memoryPurse, settleWorld } from "../sender/memory-money";
import { memoryControl, type World, workerPorts } from "../sender/memory-world";
import { type ShardPorts, sendShard } from "../sender/send-shard";
import type { Ledger } from "../shared/ledger";
import type { Shard } from "../shared/shard";
import type { StatusMessage } from "../shared/status-message";
import { applyStatus } from "../status/apply-status";
import {
  CAMPAIGN_SETTINGS,
  type Callback,
  campaignTwilio,
  campaignWorld,
  DATE,
  FILE,
  linesOf,
  OUT_FILE,
  SHARD_BYTES,
  unpaidIn,
} from "./campaign";
import { type DayEnd, judge } from "./day-end";
import { countedEffects, type Effect, effectful, type Fault } from "./faults";
import { invocations, type Job } from "./invocations";
import { memoryQueue, type QueuedMessage } from "./memory-queue";

/** A way in which dispatch might have been written; the shipped one changes nothing. */
export type Variant = {
  readonly name: string;
  /** Another ledger over the same rows. */
  readonly ledger?: (ledger: Ledger, world: World) => Ledger;
  /** Another use of a sender's ports, above the faults. */
  readonly sender?: (ports: ShardPorts) => ShardPorts;
};

/** How many workers a message has at once: one after the other, or two of each at the same time. */
export const WORKERS = ["one_by_one", "two_of_each"] as const;
export type Workers = (typeof WORKERS)[number];

const HOUR_MS = 3_600_000;
const TEN = Date.parse(`${DATE}T13:00:00Z`);
const CLOSING = Date.parse(`${DATE}T23:15:00Z`);
const VISIBILITY_MS = 6 * 60_000;
/** Twilio posts a callback again as often as it is asked to. */
const CALLBACK_TRIES = 3;
/** With two faults nothing comes back more often; what does would come back for ever. */
const MAXIMUM_RECEIVES = 12;
/** A worker has time for two lines. */
const LOOKS_AT_THE_TIME = 3;
const READS: ReadonlySet<string> = new Set(["states", "phoneTokenOf", "paidFrom", "open"]);

/** Plays the day; `effects` is how many happened. */
export async function playCampaign(
  faults: readonly Fault[],
  workers: Workers,
  variant: Variant,
): Promise<DayEnd & { readonly unpaid: readonly string[]; readonly effects: number }> {
  const world = campaignWorld(TEN);
  const effects = countedEffects(faults);
  const { run, invoke, resume } = invocations(effects, () => {
    world.now += VISIBILITY_MS;
  });
  const ledger = variant.ledger?.(memoryLedger(world), world) ?? memoryLedger(world);
  const sendQueue = memoryQueue<Shard>();
  const statusQueue = memoryQueue<StatusMessage>();
  const twilio = campaignTwilio();
  const { callbacks } = twilio;

  const object = async () => ({
    etag: "e",
    chunks: (async function* () {
      yield FILE;
    })(),
  });
  const manifest = { offerDate: DATE, files: [OUT_FILE] };
  const plan = (effect: Effect) => {
    const markPlanned = effect(async () => {});
    const enqueue = effect(async (shards: readonly Shard[]) => sendQueue.send(...shards));
    return planDay(manifest, SHARD_BYTES, {
      out: { open: object },
      ledger,
      log: () => {},
      async enqueue(shards) {
        await markPlanned();
        await enqueue(shards);
      },
    });
  };
  const close = async (effect: Effect) => {
    await closeDay(manifest, CAMPAIGN_SETTINGS.holidays, {
      out: { open: object },
      ledger: effectful(ledger, READS, effect),
      control: memoryControl(world),
      at: new Date(world.now).toISOString(),
      log: () => {},
    });
    await settleWorld(world, FILE);
  };

  /** A queue's message in the hands of one worker: back on the queue when its time there is over. */
  const working = <T>(
    message: QueuedMessage<T>,
    remove: () => void,
    work: (body: T, effect: Effect) => Promise<void>,
  ): Job => ({
    async work(effect) {
      const receive = effect(async () => {
        message.received += 1;
        if (message.received > MAXIMUM_RECEIVES) throw new Error("A message comes back for ever.");
        message.hidden = true;
      });
      await receive();
      await work(message.body, effect);
      await effect(async () => remove())();
    },
    letGo() {
      message.hidden = false;
    },
  });

  async function send(shard: Shard, effect: Effect): Promise<void> {
    await settleWorld(world, FILE);
    let looks = 0;
    const plain = workerPorts(world, FILE, {
      remainingMs: () => (++looks > LOOKS_AT_THE_TIME ? 1_000 : 600_000),
      twilio: twilio.act,
    });
    const sendSms = effect(await plain.twilio());
    const ports: ShardPorts = {
      ...plain,
      ledger: effectful(ledger, READS, effect),
      purse: memoryPurse(world, FILE, effectful(memoryLeases(world), READS, effect)),
      circuit: effectful(plain.circuit, READS, effect),
      stop: effect(plain.stop),
      handOn: effect(async (rest) => sendQueue.send(rest)),
      // What goes wrong on the way to Twilio is an answer in doubt, never an error.
      twilio: async () => (request) =>
        sendSms(request).catch((error: Error) => {
          if (error.name === "Died") throw error;
          return { kind: "in_doubt", code: "TIMEOUT" };
        }),
    };
    await sendShard(shard, variant.sender?.(ports) ?? ports, CAMPAIGN_SETTINGS);
  }

  async function apply(message: StatusMessage, effect: Effect): Promise<void> {
    const write = effect(async (_tenantId: string, phoneToken: string) => {
      world.stopped.add(phoneToken);
      return true;
    });
    await applyStatus(message, {
      ledger: effectful(ledger, READS, effect),
      stops: { stop: write, lift: write },
      circuit: effectful(memoryCircuit(world.circuit), READS, effect),
      channelsOf: CAMPAIGN_SETTINGS.channelsOf,
      log: () => {},
    });
  }

  /** Twilio's call, which comes again when it failed. */
  async function relay(callback: Callback, effect: Effect): Promise<void> {
    try {
      await effect(async () => statusQueue.send(callback.message))();
    } catch (error) {
      if (callback.tries < CALLBACK_TRIES) callbacks.push({ ...callback, tries: callback.tries + 1 });
      throw error;
    }
  }

  /** What there is to do now. */
  function due(): Job[] {
    const copies = workers === "two_of_each" ? 2 : 1;
    const jobs: Job[] = [];
    for (const message of sendQueue.visible()) {
      const job = working(message, () => sendQueue.messages.delete(message), send);
      for (let copy = 0; copy < copies; copy += 1) jobs.push(job);
    }
    for (const callback of callbacks.splice(0)) {
      jobs.push({ work: (effect) => relay(callback, effect) });
    }
    for (const message of statusQueue.visible())
      jobs.push(working(message, () => statusQueue.messages.delete(message), apply));
    return jobs;
  }

  async function settle(): Promise<void> {
    for (;;) {
      const jobs = due();
      if (workers === "two_of_each") await Promise.all(jobs.map(run));
      else for (const job of jobs) await run(job);
      if (jobs.length === 0 && !(await resume("stalls"))) return;
    }
  }

  for (let hour = 0; hour < 3; hour += 1) {
    world.now = Math.max(world.now, TEN + hour * HOUR_MS);
    await invoke({ work: plan });
    await settle();
  }
  world.now = CLOSING;
  await invoke({ work: close });
  for (;;) {
    await settle();
    if (!(await resume("stalls_past_close"))) break;
  }
  return { ...judge(linesOf(world), world.accepted), unpaid: unpaidIn(world), effects: effects.count() };
}
