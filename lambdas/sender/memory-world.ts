// A world in memory for tests of sending: a ledger with the real rules, a Twilio that counts what it accepted, and
// workers that can be made to die around any single effect.
import { linesOwned } from "../shared/byte-lines";
import { claimKey, type LineKey, phoneKey } from "../shared/claim-keys";
import type { Control, Switches } from "../shared/control";
import type { Ledger } from "../shared/ledger";
import { type LineState, mayBecome } from "../shared/line-states";
import type { Shard } from "../shared/shard";
import type { Shopper } from "./decide-line";
import { closedCircuit, type MemoryCircuit, memoryCircuit } from "./memory-circuit";
import type { ShardPorts } from "./send-shard";
import type { SmsRequest } from "./twilio-messages";
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
};

/** What Twilio does with a request: whether it takes the message, and what it answers. */
export type TwilioAct = { readonly accepts: boolean; readonly answer: TwilioOutcome };

/** Everything that outlives a worker. */
export type World = {
  readonly rows: Map<string, MemoryRow>;
  readonly accepted: { readonly claim: string; readonly to: string; readonly rowAtRequest: LineState | undefined }[];
  readonly spent: { brl: number; refused: boolean };
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
  spent: { brl: 0, refused: false },
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
      if (row?.state === "REOPENED" && row.phoneToken === claim.phoneToken) {
        Object.assign(row, { state: "CLAIMED", claimedAt: claim.claimedAt, attempt: (row.attempt ?? 1) + 1 });
        return "claimed";
      }
      if (row) return "taken";
      if (rows.has(phone)) return "same_phone";
      rows.set(claimKey(claim), { state: "CLAIMED", claimedAt: claim.claimedAt, phoneToken: claim.phoneToken });
      rows.set(phone, { owner: claim.shopperId });
      return "claimed";
    },
    async release(claim) {
      const row = rows.get(claimKey(claim));
      if (row?.state !== "CLAIMED" || row.claimedAt !== claim.claimedAt) return false;
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
    async step(claim, to, { sid }) {
      const row = rows.get(claim);
      if (!row?.state || !mayBecome(row.state, to)) return false;
      row.state = to;
      if (sid) row.sid = sid;
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
    async reserve(_offerDate, brl, dailyBrl) {
      if (spent.brl + brl > dailyBrl + 1e-9) {
        spent.refused = true;
        return false;
      }
      spent.brl += brl;
      return true;
    },
    async giveBack(_offerDate, brl) {
      spent.brl -= brl;
    },
  };
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
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield file;
  }
  const sendSms = effect(async ({ to, statusCallback }: SmsRequest) => {
    const claim = decodeURIComponent(statusCallback.slice(statusCallback.lastIndexOf("/") + 1));
    const act = worker.twilio(claim);
    if (act.accepts) world.accepted.push({ claim, to, rowAtRequest: world.rows.get(claim)?.state });
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
      phoneTokenOf: effect(ledger.phoneTokenOf),
      step: effect(ledger.step),
    },
    control: {
      ...control,
      reserve: effect(control.reserve),
      giveBack: effect(control.giveBack),
    },
    circuit: {
      refuse: effect(circuit.refuse),
      forgetRefusals: effect(circuit.forgetRefusals),
      takeProbe: effect(circuit.takeProbe),
      endProbe: effect(circuit.endProbe),
      close: effect(circuit.close),
    },
    stop: effect(async (_tenantId: string, phoneToken: string) => {
      world.stopped.add(phoneToken);
      return true;
    }),
    readShopper: effect(async (line: LineKey) => world.shoppers.get(line.shopperId)!),
    readSwitches: effect(async () => ({ switches: await control.switches("", ""), readAt: world.now })),
    twilio: async () => sendSms,
    now: () => world.now,
    async pause(ms) {
      world.now += ms;
    },
    remainingMs: worker.remainingMs ?? (() => 600_000),
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
