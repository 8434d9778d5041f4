// A world in memory for tests of sending: a ledger with the real rules, a Twilio that counts what it accepted, and
// workers that can be made to die around any single effect.
import { linesOwned } from "../shared/byte-lines";
import { attemptOf, type LineKey } from "../shared/claim-keys";
import type { Control, Switches } from "../shared/control";
import type { LineState } from "../shared/line-states";
import type { MoneyLease } from "../shared/money-leases";
import type { Shard } from "../shared/shard";
import type { Shopper } from "./decide-line";
import { closedCircuit, type MemoryCircuit, memoryCircuit } from "./memory-circuit";
import { type MemoryRow, memoryLedger } from "./memory-ledger";
import { memoryLeases, memoryPurse, SENDER_MS } from "./memory-money";
import type { ShardPorts } from "./send-shard";
import type { MessageRequest } from "./twilio-messages";
import type { TwilioOutcome } from "./twilio-outcome";

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
