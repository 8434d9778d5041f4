// One shard, its lines in order and many at a time: a line that has a row is passed over, what the time does not
// suffice for is handed on by offset, and a run that must stop leaves the rest open for the next plan.
import type { ByteLine, ByteRange } from "../shared/byte-lines";
import { localTime } from "../shared/calendar";
import { claimKey } from "../shared/claim-keys";
import { isClaimable } from "../shared/line-states";
import { type OutLine, parseOutLine } from "../shared/out-line";
import type { Shard } from "../shared/shard";
import { NO_PAST, type Past } from "./decide-line";
import { pastsOf } from "./line-past";
import { errorName, type LineEnd, type LinePorts, type SenderSettings, sendLine } from "./send-line";

/** Some lines could not be worked on: the shard must come back. */
export class ShardIncomplete extends Error {
  override readonly name = "ShardIncomplete";
}

/** What a shard's sending reaches out to, beside what each line does. */
export type ShardPorts = LinePorts & {
  /** The lines that a range of the shard's file owns; throws FileChanged when the ETag differs. */
  readonly linesOf: (shard: Shard, range: ByteRange) => AsyncIterable<ByteLine>;
  /** Puts the rest of a shard back on the queue. */
  readonly handOn: (rest: Shard) => Promise<void>;
};

/** What an environment says to a sender of shards. */
export type ShardSettings = SenderSettings & {
  /** The platform's time zone: the offers of today's date in it are sent, no others. */
  readonly timeZone: string;
  /** Lines in flight at once. */
  readonly linesInFlight: number;
};

/** What a worker needs after its last line: the request's timeout and the writes after it. */
export const STOP_BEFORE_MS = 15_000;
const LINES_A_LOOK = 100;
const MAXIMUM_FAILURES = 5;

type PlacedLine = { readonly offset: number; readonly line: OutLine };

/** A line that may be claimed, with what was before it. */
type OpenLine = PlacedLine & { readonly past: Past };

async function* openLines(shard: Shard, ports: ShardPorts, weeklyCap: number): AsyncGenerator<OpenLine> {
  async function* without(lines: readonly PlacedLine[]): AsyncGenerator<OpenLine> {
    const states = await ports.ledger.states(lines.map(({ line }) => claimKey(line)));
    const open = lines.filter(({ line }) => isClaimable(states.get(claimKey(line))));
    const keys = open.map(({ line }) => line);
    const pasts = await pastsOf(keys, states, weeklyCap, ports.ledger);
    for (const placed of open) yield { ...placed, past: pasts.get(claimKey(placed.line)) ?? NO_PAST };
  }
  let batch: PlacedLine[] = [];
  for await (const { offset, bytes } of ports.linesOf(shard, shard)) {
    const line = parseOutLine(bytes.toString("utf8"));
    if (line?.tenantId !== shard.tenantId || line.offerDate !== shard.offerDate) {
      throw new Error(`${shard.key} has a line at byte ${offset} that is not one of ${shard.tenantId}'s offers.`);
    }
    batch.push({ offset, line });
    if (batch.length === LINES_A_LOOK) {
      yield* without(batch);
      batch = [];
    }
  }
  yield* without(batch);
}

const label = (end: Exclude<LineEnd, { kind: "not_begun" }>): string => {
  if (end.kind === "settled") return end.as;
  return end.kind === "taken" ? "taken" : `${end.kind}(${end.reason})`;
};

/** Returns what was not spent; what cannot be returned now is settled once this worker is gone. */
async function closePurse(shard: Shard, { purse, log }: ShardPorts): Promise<void> {
  const closed = await purse.close().catch(errorName);
  if (closed !== true) log("lease_left_open", { shard: shard.shardId, why: closed === false ? "open draws" : closed });
}

/** Works a shard; returns how many lines ended how. Throws ShardIncomplete when the shard must come back. */
export async function sendShard(
  shard: Shard,
  ports: ShardPorts,
  settings: ShardSettings,
): Promise<Map<string, number>> {
  const ends = new Map<string, number>();
  const count = (end: string): void => void ends.set(end, (ends.get(end) ?? 0) + 1);
  if (localTime(ports.now(), settings.timeZone).date !== shard.offerDate) {
    count("not_today");
    return ends;
  }
  if (ports.remainingMs() <= STOP_BEFORE_MS) {
    throw new Error(`A worker needs more than ${STOP_BEFORE_MS} ms to begin with: raise the function's timeout.`);
  }

  const lines = openLines(shard, ports, settings.weeklyCap);
  let restFrom = shard.end;
  let stopped = false;
  let failures = 0;
  async function worker(): Promise<void> {
    while (!stopped) {
      const next = await lines.next();
      if (next.done || stopped) return;
      const { offset, line, past } = next.value;
      if (ports.remainingMs() <= STOP_BEFORE_MS) {
        restFrom = Math.min(restFrom, offset);
        return;
      }
      try {
        const end = await sendLine(line, past, ports, settings);
        if (end.kind === "not_begun") restFrom = Math.min(restFrom, offset);
        else count(label(end));
        if (end.kind === "stop") stopped = true;
      } catch (error) {
        failures += 1;
        ports.log("line_failed", { shard: shard.shardId, offset, error: errorName(error) });
        if (failures >= MAXIMUM_FAILURES) stopped = true;
      }
    }
  }
  const workers = await Promise.allSettled(Array.from({ length: settings.linesInFlight }, worker));
  await closePurse(shard, ports);
  const broken = workers.find((result) => result.status === "rejected");
  if (broken) throw broken.reason;
  if (failures > 0) throw new ShardIncomplete(`${failures} lines of shard ${shard.shardId} could not be worked on.`);
  if (restFrom < shard.end && !stopped) await ports.handOn({ ...shard, start: restFrom });
  return ends;
}
