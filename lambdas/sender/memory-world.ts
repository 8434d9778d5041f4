// A world in memory for tests of sending: a ledger with the real rules, a Twilio that counts what it accepted, and
// workers that can be made to die around any single effect.
import { linesOwned } from "../shared/byte-lines";
import type { Channel } from "../shared/channels";
import { attemptOf, claimKey, type LineKey, phoneKey } from "../shared/claim-keys";
import type { Control, Switches } from "../shared/control";
import type { Ledger } from "../shared/ledger";
import { type LineState, mayBecome } from "../shared/line-states";
import type { MoneyLease, MoneyLeases } from "../shared/money-leases";
import type { FailedAs } from "../shared/released-claims";
import { settleLeases } from "../shared/settle-leases";
import type { Shard } from "../shared/shard";
import type { Shopper } from "./decide-line";
import { closedCircuit, type MemoryCircuit, memoryCircuit } from "./memory-circuit";
import { newPurse, type Purse } from "./purse";
import type { ShardPorts } from "./send-shard";
import type { MessageRequest } from "./twilio-messages";
import type { TwilioOutcome } from "./twilio-outcome";

/** A row of the ledger in memory. */
export type MemoryRow = {
  state?: LineState;
  owner?: string;
  reason?: string;
  sid?: string;
  claimedAt?: string;
  attempt?: number;
  phoneToken?: string;
  price?: number;
  lease?: string;
  channel?: Channel;
  failedAs?: FailedAs;
  /** The attempt on the channel before. */
  earlier?: { readonly channel: Channel; readonly price: number; readonly lease: string; readonly sid?: string };
};

/** What Twilio does with a request: whether it takes the message, and what it answers. */
export type TwilioAct = { readonly accepts: boolean; readonly answer: TwilioOutcome };

/** Everything that outlives a worker. */
export type World = {
  readonly rows: Map<string, MemoryRow>;
  /** `claim` as the message's callback names it. */
  readonly accepted: { readonly claim: string; readonly to: string; readonly rowAtRequest: LineState | undefined }[];
  /** Spent or leased, in BRL, and the leases that have not ended. */
  readonly spent: { brl: number; refused: boolean; readonly leases: Map<string, MoneyLease> };
  readonly switches: { stopped: boolean; dailyBrl: number };
  readonly circuit: MemoryCircuit;
  readonly handedOn: Shard[];
  /** Tokens of phones that Twilio says are out. */
  readonly stopped: Set<string>;
  readonly shoppers: Map<string, Shopper>;
  now: number;
};

/** A worker that died: none of its effects happen any more. */
export class Died extends Error {}

/** An empty world at an instant. */
export const newWorld = (now: number): World => ({
  rows: new Map(),
  accepted: [],
  spent: { brl: 0, refused: false, leases: new Map() },
  switches: { stopped: false, dailyBrl: 1_000_000 },
  circuit: closedCircuit(),
  handedOn: [],
  stopped: new Set(),
  shoppers: new Map(),
  now,
});

/** The ledger of a world: what DynamoDB's conditions do, done at once. */
export function memoryLedger({ rows }: World): Ledger {
  const put = (line: LineKey, state: LineState, reason: string): boolean => {
    if (rows.has(claimKey(line))) return false;
    rows.set(claimKey(line), { state, reason });
    return true;
  };
  return {
    async states(claims) {
      const found = claims.filter((claim) => rows.has(claim));
      return new Map(found.map((claim) => [claim, rows.get(claim)!.state!]));
    },
    async claim(claim) {
      const phone = phoneKey(claim.tenantId, claim.offerDate, claim.phoneToken);
      const row = rows.get(claimKey(claim));
      const { channel, claimedAt, phoneToken, price, leaseId } = claim;
      const again = { state: "CLAIMED", claimedAt, attempt: (row?.attempt ?? 1) + 1 } as const;
      if (row?.state === "REOPENED" && row.phoneToken === phoneToken && row.channel === channel) {
        Object.assign(row, again);
        return "claimed";
      }
      if (row?.state === "RELEASED" && row.phoneToken === phoneToken && row.channel !== channel) {
        const earlier = { channel: row.channel!, price: row.price!, lease: row.lease!, sid: row.sid };
        Object.assign(row, { ...again, channel, price, lease: leaseId, sid: undefined, earlier });
        return "claimed";
      }
      if (row) return "taken";
      if (rows.has(phone)) return "same_phone";
      rows.set(claimKey(claim), { state: "CLAIMED", channel, claimedAt, phoneToken, price, lease: leaseId });
      rows.set(phone, { owner: claim.shopperId });
      return "claimed";
    },
    async release(claim) {
      const row = rows.get(claimKey(claim));
      if (row?.state !== "CLAIMED" || row.claimedAt !== claim.claimedAt) return false;
      if (row.earlier) {
        Object.assign(row, { state: "RELEASED", ...row.earlier, earlier: undefined });
        return true;
      }
      if ((row.attempt ?? 1) > 1) {
        row.state = "REOPENED";
        return true;
      }
      rows.delete(claimKey(claim));
      rows.delete(phoneKey(claim.tenantId, claim.offerDate, claim.phoneToken));
      return true;
    },
    suppress: async (line, reason) => put(line, "SUPPRESSED", reason),
    expire: async (line, reason) => put(line, "EXPIRED", reason),
    phoneTokenOf: async (claim) => rows.get(claim)?.phoneToken,
    async earlierOf(claim) {
      const { state, channel = "sms" } = rows.get(claim) ?? {};
      return state === "REOPENED" || state === "RELEASED" ? { state, channel } : undefined;
    },
    async endRelease(claim) {
      const row = rows.get(claim);
      if (row?.state !== "RELEASED") return undefined;
      row.state = row.failedAs;
      return row.failedAs;
    },
    async paidFrom(leaseId, claims) {
      const attempts = claims.map((claim) => rows.get(claim)).flatMap((row) => [row, row?.earlier]);
      const paid = attempts.filter((attempt) => attempt?.lease === leaseId);
      return paid.reduce((sum, attempt) => sum + (attempt?.price ?? 0), 0);
    },
    async step(attempt, to, { sid, price, failedAs }) {
      const { claim, channel } = attemptOf(attempt);
      const row = rows.get(claim);
      if (!row?.state || (row.channel ?? "sms") !== channel || !mayBecome(row.state, to)) return false;
      row.state = to;
      if (sid) row.sid = sid;
      if (price !== undefined) row.price = price;
      if (failedAs) row.failedAs = failedAs;
      return true;
    },
  };
}

/** The control table of a world. */
export function memoryControl(world: World): Control {
  const { spent, switches, circuit } = world;
  return {
    switches: async (): Promise<Switches> => ({
      ...switches,
      ...circuit,
      spentBrl: spent.brl,
      budgetRefused: spent.refused,
    }),
    isAllowed: async () => true,
  };
}

/** The leases of a world's one day. */
export function memoryLeases({ spent }: World): MoneyLeases {
  const same = (one: MoneyLease | undefined, other: MoneyLease | undefined): boolean =>
    JSON.stringify(one) === JSON.stringify(other);
  return {
    async raise(lease, before, dailyBrl) {
      const there = spent.leases.get(lease.id);
      if (same(there, lease)) return "raised";
      if (!same(there, before)) return "ended";
      const more = lease.brl - (before?.brl ?? 0);
      if (spent.brl + more > dailyBrl + 1e-9) return { leftBrl: Math.max(0, dailyBrl - spent.brl) };
      spent.brl += more;
      spent.leases.set(lease.id, lease);
      return "raised";
    },
    async end(lease, spentBrl) {
      if (!same(spent.leases.get(lease.id), lease)) return false;
      spent.leases.delete(lease.id);
      spent.brl -= lease.brl - spentBrl;
      return true;
    },
    open: async () => [...spent.leases.values()],
    async noteRefusal() {
      spent.refused = true;
    },
  };
}

/** How long a world's workers may run. */
const SENDER_MS = 600_000;
let leaseIds = 0;

/** A worker's purse for any part of the file, from those leases. */
export const memoryPurse = (world: World, file: Buffer, leases: Omit<MoneyLeases, "open">): Purse =>
  newPurse({
    leases,
    leaseId: `lease-${++leaseIds}`,
    place: { tenantId: "", offerDate: "", key: "", etag: "", start: 0, end: file.length },
    until: world.now + SENDER_MS,
    now: () => world.now,
  });

/** Settles what dead workers have left of a world's money, at its present instant. */
export async function settleWorld(world: World, file: Buffer): Promise<number> {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield file;
  }
  return settleLeases("", {
    leases: memoryLeases(world),
    paidFrom: memoryLedger(world).paidFrom,
    linesOf: (place) => linesOwned(bytes(), { ...place, start: 0 }),
    now: () => world.now,
    log: () => {},
  });
}

/** How one worker meets the world: what Twilio does, and around which effect the worker dies. */
export type Worker = {
  readonly twilio: (claim: string) => TwilioAct;
  /** The 1-based effect around which it dies, and on which side of it. */
  readonly dies?: { readonly at: number; readonly after: boolean };
  /** Runs each effect; a scheduler's interleaving goes here. */
  readonly schedule?: <T>(effect: () => Promise<T>) => Promise<T>;
  readonly remainingMs?: () => number;
};

/** A worker's ports onto a world over one file's bytes; `effects()` counts what it did. */
export function workerPorts(world: World, file: Buffer, worker: Worker): ShardPorts & { effects: () => number } {
  const schedule = worker.schedule ?? (<T>(effect: () => Promise<T>) => effect());
  let effects = 0;
  let dead = false;
  const effect = <A extends unknown[], R>(act: (...args: A) => Promise<R>) => {
    return (...args: A): Promise<R> =>
      schedule(async () => {
        effects += 1;
        const last = worker.dies?.at === effects;
        if (dead || (last && !worker.dies?.after)) {
          dead = true;
          throw new Died();
        }
        const result = await act(...args);
        if (last) {
          dead = true;
          throw new Died();
        }
        return result;
      });
  };
  const ledger = memoryLedger(world);
  const control = memoryControl(world);
  const circuit = memoryCircuit(world.circuit);
  const leases = memoryLeases(world);
  const purse = memoryPurse(world, file, {
    raise: effect(leases.raise),
    end: effect(leases.end),
    noteRefusal: effect(leases.noteRefusal),
  });
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield file;
  }
  const send = effect(async ({ to, statusCallback }: MessageRequest) => {
    const attempt = decodeURIComponent(statusCallback.slice(statusCallback.lastIndexOf("/") + 1));
    const { claim } = attemptOf(attempt);
    const act = worker.twilio(attempt);
    if (act.accepts) world.accepted.push({ claim: attempt, to, rowAtRequest: world.rows.get(claim)?.state });
    return act.answer;
  });
  return {
    effects: () => effects,
    ledger: {
      states: effect(ledger.states),
      claim: effect(ledger.claim),
      release: effect(ledger.release),
      suppress: effect(ledger.suppress),
      expire: effect(ledger.expire),
      paidFrom: effect(ledger.paidFrom),
      earlierOf: effect(ledger.earlierOf),
      endRelease: effect(ledger.endRelease),
      phoneTokenOf: effect(ledger.phoneTokenOf),
      step: effect(ledger.step),
    },
    circuit: {
      refuse: effect(circuit.refuse),
      forgetRefusals: effect(circuit.forgetRefusals),
      takeProbe: effect(circuit.takeProbe),
      endProbe: effect(circuit.endProbe),
      close: effect(circuit.close),
    },
    purse,
    pace: { slot: async () => true },
    gate: (work) => work(),
    stop: effect(async (_tenantId: string, phoneToken: string) => {
      world.stopped.add(phoneToken);
      return true;
    }),
    readShopper: effect(async (line: LineKey) => world.shoppers.get(line.shopperId)!),
    readSwitches: effect(async () => ({ switches: await control.switches("", ""), readAt: world.now })),
    twilio: async () => send,
    now: () => world.now,
    async pause(ms) {
      world.now += ms;
    },
    remainingMs: worker.remainingMs ?? (() => SENDER_MS),
    log: () => {},
    // The whole file stands for the range: only the cut's own lines are yielded.
    linesOf: (_shard, range) => {
      const from = Math.max(0, range.start - 1);
      async function* rest(): AsyncGenerator<Uint8Array> {
        for await (const chunk of bytes()) yield chunk.subarray(from);
      }
      return linesOwned(rest(), range);
    },
    handOn: effect(async (rest: Shard) => void world.handedOn.push(rest)),
  };
}
