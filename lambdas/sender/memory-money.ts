// A day's money in memory for tests of sending: its leases, a worker's purse, and what settles a dead worker's.
import { linesOwned } from "../shared/byte-lines";
import type { MoneyLease, MoneyLeases } from "../shared/money-leases";
import { settleLeases } from "../shared/settle-leases";
import { memoryLedger } from "./memory-ledger";
import type { World } from "./memory-world";
import { newPurse, type Purse } from "./purse";

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
export const SENDER_MS = 600_000;
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
