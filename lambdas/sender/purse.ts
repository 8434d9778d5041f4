// One sender's share of the day's money: leased for a few messages at a time, paid out here without asking anybody, and
// returned when the shard is done. What is not known to be unspent is never returned: it is settled from the ledger.
import type { LeasePlace, MoneyLease, MoneyLeases } from "../shared/money-leases";

/** The price of one message, taken from a lease; it counts as open until one of both is called, once. */
export type Draw = {
  /** The lease that pays. */
  readonly leaseId: string;
  /** The ledger says that it is spent. */
  readonly keep: () => void;
  /** The ledger says that nothing was bought. */
  readonly giveBack: () => void;
};

/** Money for one shard's messages, in BRL. */
export type Purse = {
  /** Takes a message's price; undefined when the day has not that much left. Throws what the control table throws. */
  readonly draw: (brl: number, dailyBrl: number) => Promise<Draw | undefined>;
  /** Notes, once, that some line could not be paid for. */
  readonly noteRefusal: () => Promise<void>;
  /** Returns what was not spent; false when something is open and the lease is left to be settled. */
  readonly close: () => Promise<boolean>;
};

/** Who leases, for what, and until when (epoch ms) the sender may still be running. */
export type PurseOptions = {
  readonly leases: Pick<MoneyLeases, "raise" | "end" | "noteRefusal">;
  /** Never used before. */
  readonly leaseId: string;
  readonly place: LeasePlace;
  readonly until: number;
  readonly now: () => number;
};

// A lease is good for so many messages or for what is sent in so many seconds, whichever is less.
const MOST_MESSAGES = 200;
const LEASE_MS = 10_000;
const LEAST_MESSAGES = 20;
/** How long a refusal is believed. */
const REFUSAL_MS = 10_000;

// Money in ten-thousandths of a real: whole numbers add up.
const unitsOf = (brl: number): number => Math.round(brl * 10_000);
const brlOf = (units: number): number => units / 10_000;

/** An empty purse. */
export function newPurse({ leases, leaseId, place, until, now }: PurseOptions): Purse {
  let lease: MoneyLease | undefined;
  /** A raise whose answer never came: it is asked again in the same words, and counts once. */
  let unanswered: { readonly raised: MoneyLease; readonly before: MoneyLease | undefined } | undefined;
  let raising: Promise<void> | undefined;
  let free = 0;
  let open = 0;
  let waiting = 0;
  let ended = 0;
  let since = { at: now(), draws: 0 };
  let refused = { units: Number.POSITIVE_INFINITY, until: 0 };
  let noted = false;

  async function noteRefusal(): Promise<void> {
    if (noted) return;
    await leases.noteRefusal(place.offerDate);
    noted = true;
  }

  function messagesWanted(): number {
    const pace = (since.draws * LEASE_MS) / Math.max(1, now() - since.at);
    return Math.min(MOST_MESSAGES, Math.max(LEAST_MESSAGES, waiting, Math.ceil(pace)));
  }

  async function raise(units: number, dailyBrl: number): Promise<void> {
    let wanted = units * messagesWanted();
    for (;;) {
      const id = ended === 0 ? leaseId : `${leaseId}-${ended}`;
      const brl = brlOf(unitsOf(lease?.brl ?? 0) + wanted);
      unanswered ??= { raised: { id, raises: (lease?.raises ?? 0) + 1, brl, until, place }, before: lease };
      const { raised, before } = unanswered;
      const result = await leases.raise(raised, before, dailyBrl);
      unanswered = undefined;
      if (result === "raised") {
        free += unitsOf(raised.brl) - unitsOf(before?.brl ?? 0);
        lease = raised;
        since = { at: now(), draws: 0 };
        return;
      }
      if (result === "ended") {
        // Taken for dead: what was paid is in the ledger, the rest is no longer ours.
        ended += 1;
        lease = undefined;
        free = 0;
        continue;
      }
      const left = unitsOf(result.leftBrl);
      if (left < units) {
        refused = { units, until: now() + REFUSAL_MS };
        await noteRefusal();
        return;
      }
      wanted = Math.min(wanted, left);
    }
  }

  function drawn(units: number): Draw {
    const from = lease;
    const generation = ended;
    let isOpen = true;
    free -= units;
    open += 1;
    since.draws += 1;
    const close = (back: number): void => {
      if (!isOpen) return;
      isOpen = false;
      open -= 1;
      if (generation === ended) free += back;
    };
    return { leaseId: from?.id ?? leaseId, keep: () => close(0), giveBack: () => close(units) };
  }

  return {
    noteRefusal,
    async draw(brl, dailyBrl) {
      const units = unitsOf(brl);
      waiting += 1;
      try {
        while (free < units) {
          if (units >= refused.units && now() < refused.until) return undefined;
          raising ??= raise(units, dailyBrl).finally(() => {
            raising = undefined;
          });
          await raising;
        }
        return drawn(units);
      } finally {
        waiting -= 1;
      }
    },
    async close() {
      if (open > 0 || unanswered) return false;
      if (!lease) return true;
      const spentBrl = brlOf(unitsOf(lease.brl) - free);
      return leases.end(lease, spentBrl);
    },
  };
}
