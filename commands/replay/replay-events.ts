// Rejected events judged once more by the contracts as they are now: what they allow is stored as the collector stores
// it, received now; what they refuse stays where it is. Each record that is read is counted once.

import type { Ports } from "../../lambdas/collector/collect";
import { storeAccepted } from "../../lambdas/collector/collect";
import { decideBatch } from "../../lambdas/collector/decide-batch";
import type { TimeStamper } from "../../lambdas/collector/local-time";
import type { Pacing } from "../../lambdas/collector/pacing";
import { commonStamps } from "../../lambdas/collector/stamp-event";
import { toUtc } from "../../lambdas/shared/rfc3339";
import { createTokenizer, tenantKey } from "../../lambdas/shared/tokens";
import { type KeptEvent, readKeptEvent } from "./quarantine-record";

/** Which events are replayed; an absent choice takes all. */
export interface ReplayChoice {
  readonly chain?: string;
  /** A code of the collector. */
  readonly reason?: string;
}

/** What a replay reaches out to. */
export interface ReplayPorts extends Pick<Ports, "routes" | "writeFact" | "onFailure"> {
  readonly masterKey: Buffer;
  readonly timeStamps: TimeStamper;
  /** Undefined for an event that cannot be opened. */
  readonly open: (sealed: string, tenantId: string) => Promise<string | undefined>;
  /** Epoch ms. */
  readonly now: () => number;
  readonly pacing: () => Pacing;
  /** Judges, and stores nothing. */
  readonly dryRun: boolean;
}

/**
 * What became of a kept event. `STORED`: Firehose has it, or in a dry run would get it. `NOT_STORED`: allowed, and
 * Firehose or the vault did not take it. `NOT_CHOSEN`, `NOT_KEPT` (too large), `UNREADABLE`, or the collector's code.
 */
export type Replayed = string;

/** Records by chain, contract, why they had been rejected, and what became of them. */
export class ReplayTally {
  private readonly counts = new Map<string, number>();

  add(kept: Pick<KeptEvent, "tenantId" | "scope" | "reason"> | undefined, replayed: Replayed): void {
    const key = JSON.stringify([kept?.tenantId ?? "?", kept?.scope ?? "?", kept?.reason ?? "?", replayed]);
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
  }

  /** Rows of [chain, contract, reason, what became of them, number], in that order. */
  rows(): (readonly [string, string, string, Replayed, number])[] {
    const rows = [...this.counts].sort(([one], [other]) => (one < other ? -1 : 1));
    return rows.map(([key, count]) => [...(JSON.parse(key) as [string, string, string, string]), count]);
  }

  /** Records that ended so. */
  count(ending: Replayed): number {
    return this.rows().reduce((sum, [, , , replayed, count]) => (replayed === ending ? sum + count : sum), 0);
  }

  /** Every record that was read. */
  total(): number {
    return this.rows().reduce((sum, row) => sum + row[4], 0);
  }
}

type Opened = { readonly kept: KeptEvent; readonly scope: string; readonly event: unknown; readonly bytes: number };

const BATCH_EVENTS = 500;
const BATCH_BYTES = 4_000_000;

/** Replays the lines of quarantine objects. Throws when the secret, KMS or the reader does. */
export async function replayEvents(
  lines: AsyncIterable<string>,
  choice: ReplayChoice,
  ports: ReplayPorts,
): Promise<ReplayTally> {
  const tally = new ReplayTally();
  const waiting = new Map<string, Opened[]>();
  const flush = async (key: string): Promise<void> => {
    const batch = waiting.get(key) ?? [];
    waiting.delete(key);
    if (batch.length > 0) await replayBatch(batch, ports, tally);
  };
  for await (const line of lines) {
    const kept = readKeptEvent(line);
    const opened = kept ? await openEvent(kept, choice, ports) : "UNREADABLE";
    if (typeof opened === "string") {
      tally.add(kept, opened);
      continue;
    }
    const key = `${opened.kept.tenantId} ${opened.scope}`;
    const batch = waiting.get(key) ?? [];
    waiting.set(key, batch);
    batch.push(opened);
    const bytes = batch.reduce((sum, each) => sum + each.bytes, 0);
    if (batch.length >= BATCH_EVENTS || bytes >= BATCH_BYTES) await flush(key);
  }
  for (const key of [...waiting.keys()]) await flush(key);
  return tally;
}

async function openEvent(kept: KeptEvent, choice: ReplayChoice, ports: ReplayPorts): Promise<Opened | Replayed> {
  const { tenantId, reason, scope, sealed } = kept;
  if ((choice.chain ?? tenantId) !== tenantId || (choice.reason ?? reason) !== reason) return "NOT_CHOSEN";
  if (sealed === null) return "NOT_KEPT";
  if (scope === undefined || !ports.routes.has(scope)) return "UNKNOWN_CONTRACT";
  const text = await ports.open(sealed, tenantId);
  if (text === undefined) return "UNREADABLE";
  try {
    return { kept, scope, event: JSON.parse(text), bytes: Buffer.byteLength(text) };
  } catch {
    return "UNREADABLE";
  }
}

async function replayBatch(batch: readonly Opened[], ports: ReplayPorts, tally: ReplayTally): Promise<void> {
  const { tenantId } = batch[0]!.kept;
  const route = ports.routes.get(batch[0]!.scope)!;
  const receivedAtMs = ports.now();
  const { accepted, rejected } = decideBatch(
    batch.map(({ event }) => event),
    {
      ...route,
      tenantId,
      tokenOf: createTokenizer(tenantKey(ports.masterKey, tenantId)),
      receivedAtMs,
      commonStamps: commonStamps(tenantId, toUtc(receivedAtMs), route.contract),
      timeStamps: ports.timeStamps,
      sentBytes: (index) => batch[index]!.bytes,
    },
  );
  for (const { index, code } of rejected) tally.add(batch[index]!.kept, code);
  const notStored = ports.dryRun ? [] : await storeAccepted(accepted, route.put, ports, ports.pacing());
  const lost = new Set(notStored.map(({ index }) => index));
  for (const { index } of accepted) tally.add(batch[index]!.kept, lost.has(index) ? "NOT_STORED" : "STORED");
}
