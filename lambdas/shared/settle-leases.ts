// A sender that died leaves its lease behind. Once it cannot be running any more, the ledger says what its claims cost:
// that stays spent, the rest returns to the day. Every claim of a lease lies in the lease's own part of a file, so that
// no table is searched.
import type { ByteLine } from "./byte-lines";
import { claimKey } from "./claim-keys";
import type { LeasePlace, MoneyLeases } from "./money-leases";
import { parseOutLine } from "./out-line";

/** What settling reaches out to. */
export type SettlePorts = {
  readonly leases: Pick<MoneyLeases, "open" | "end">;
  /** What those claims (≤100) cost that were paid from the lease, in BRL. */
  readonly paidFrom: (leaseId: string, claims: readonly string[]) => Promise<number>;
  readonly linesOf: (place: LeasePlace) => AsyncIterable<ByteLine>;
  readonly now: () => number;
  readonly log: (event: string, fields: Readonly<Record<string, string | number>>) => void;
};

const LINES_A_LOOK = 100;

async function spentFrom(leaseId: string, place: LeasePlace, ports: SettlePorts): Promise<number> {
  let spent = 0;
  let claims: string[] = [];
  async function look(): Promise<void> {
    if (claims.length > 0) spent += await ports.paidFrom(leaseId, claims);
    claims = [];
  }
  for await (const { bytes } of ports.linesOf(place)) {
    const line = parseOutLine(bytes.toString("utf8"));
    if (line) claims.push(claimKey(line));
    if (claims.length === LINES_A_LOOK) await look();
  }
  await look();
  return spent;
}

/**
 * Settles the leases of a day whose senders are gone; returns how many. One that cannot be settled now stays, is logged,
 * and goes on holding its money: too little is spent, never too much.
 */
export async function settleLeases(offerDate: string, ports: SettlePorts): Promise<number> {
  let settled = 0;
  for (const lease of await ports.leases.open(offerDate)) {
    if (ports.now() <= lease.until) continue;
    try {
      const spentBrl = await spentFrom(lease.id, lease.place, ports);
      if (!(await ports.leases.end(lease, spentBrl))) continue;
      settled += 1;
      ports.log("lease_settled", { lease: lease.id, leased_brl: lease.brl, spent_brl: Number(spentBrl.toFixed(4)) });
    } catch (error) {
      const name = error instanceof Error ? error.name : "unknown";
      ports.log("lease_not_settled", { lease: lease.id, leased_brl: lease.brl, error: name });
    }
  }
  return settled;
}
