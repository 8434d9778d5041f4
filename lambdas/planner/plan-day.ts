// Only what the manifest names and verification believed is put on the queue, and of that only shards that still have
// an open line: planning again, or twice at once, adds nothing that the ledger does not stop.
import { cutShards } from "../shared/byte-lines";
import { claimKey } from "../shared/claim-keys";
import type { Ledger } from "../shared/ledger";
import { isClaimable } from "../shared/line-states";
import type { Manifest, OutFile } from "../shared/manifest";
import type { OutBucket } from "../shared/out-bucket";
import { type Shard, shardId } from "../shared/shard";
import { nothingSeen, type PlacedLine, type Refusal, type Seen, verifyFile } from "../shared/verify-file";

/** What planning reaches out to. */
export type PlanPorts = {
  readonly out: Pick<OutBucket, "open">;
  readonly ledger: Pick<Ledger, "states">;
  readonly enqueue: (shards: readonly Shard[]) => Promise<void>;
  readonly log: (event: string, fields: Readonly<Record<string, string | number>>) => void;
};

/** What a plan came to. */
export type Plan = {
  readonly files: number;
  readonly refused: number;
  readonly lines: number;
  readonly shards: number;
};

const LINES_A_LOOK = 100;

type FilePlan = { readonly refusal: Refusal | undefined; readonly lines: number; readonly shards: readonly Shard[] };

async function planFile(
  file: OutFile,
  offerDate: string,
  shardBytes: number,
  seen: Seen,
  ports: PlanPorts,
): Promise<FilePlan> {
  const object = await ports.out.open(file.key);
  if (!object) return { refusal: "missing", lines: 0, shards: [] };
  const open = new Set<number>();
  let lines = 0;
  let batch: { shard: number; claim: string }[] = [];
  async function look(): Promise<void> {
    const states = await ports.ledger.states(batch.map(({ claim }) => claim));
    for (const { shard, claim } of batch) if (isClaimable(states.get(claim))) open.add(shard);
    batch = [];
  }
  async function onLine({ offset, line }: PlacedLine): Promise<void> {
    lines += 1;
    const shard = Math.floor(offset / shardBytes);
    if (open.has(shard)) return;
    const claim = claimKey({ tenantId: file.tenantId, offerDate, shopperId: line.shopperId });
    batch.push({ shard, claim });
    if (batch.length === LINES_A_LOOK) await look();
  }
  const refusal = await verifyFile(file, offerDate, object.chunks, seen, onLine);
  if (batch.length > 0) await look();
  const { key, tenantId } = file;
  const { etag } = object;
  const shards = cutShards(file.bytes, shardBytes)
    .filter((_, index) => open.has(index))
    .map((range) => ({ ...range, shardId: shardId(key, etag, range), tenantId, offerDate, key, etag }));
  return { refusal, lines, shards };
}

/** Verifies the day's files and enqueues the shards with open lines. */
export async function planDay(manifest: Manifest, shardBytes: number, ports: PlanPorts): Promise<Plan> {
  const { offerDate } = manifest;
  const seen = new Map<string, Seen>();
  const plan = { files: 0, refused: 0, lines: 0, shards: 0 };
  for (const file of manifest.files) {
    const seenOfTenant = seen.get(file.tenantId) ?? nothingSeen();
    seen.set(file.tenantId, seenOfTenant);
    const { refusal, lines, shards } = await planFile(file, offerDate, shardBytes, seenOfTenant, ports);
    plan.files += 1;
    if (refusal) {
      plan.refused += 1;
      ports.log("file_refused", { key: file.key, tenant_id: file.tenantId, reason: refusal });
      continue;
    }
    plan.lines += lines;
    plan.shards += shards.length;
    if (shards.length > 0) await ports.enqueue(shards);
  }
  return plan;
}
