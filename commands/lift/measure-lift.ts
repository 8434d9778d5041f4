// Whether messaged shoppers of a chain buy more than those who were held out: each shopper counts once, as one who
// bought within some days after an offer or as one who did not.
import type { DayRow } from "../../lambdas/reconciler/day-rows";
import { type Difference, differenceOf, type Share } from "./difference";

/** A sale to a known shopper. */
export interface Sale {
  readonly tenantId: string;
  readonly shopperId: string;
  /** Epoch ms. */
  readonly atMs: number;
}

/** What is known of one chain's messaged and held-out shoppers. */
export interface ChainLift {
  readonly tenantId: string;
  readonly messaged: Share;
  readonly heldOut: Share;
  /** Absent when either group is empty. */
  readonly lift?: Difference;
  /** Shoppers who were both, because the share changed meanwhile: they count for neither. */
  readonly mixed: number;
}

interface Followed {
  readonly messaged: number[];
  readonly heldOut: number[];
  bought: boolean;
}

const DAY_MILLISECONDS = 24 * 3_600_000;

/** The group of a line and when it joined it; undefined when it says nothing of messages. */
function joined({
  state,
  reason,
  claimedAt,
  updatedAt,
}: DayRow): readonly ["messaged" | "heldOut", number] | undefined {
  if (state === "SUPPRESSED") return reason === "hold_out" ? ["heldOut", Date.parse(updatedAt)] : undefined;
  if (state === "EXPIRED") return undefined;
  // Whoever was to be messaged, whatever became of it: among the held-out there are as many dead numbers.
  return ["messaged", Date.parse(claimedAt ?? updatedAt)];
}

/** Shoppers to be followed and the sales that are shown to them, in any order. */
export function followShoppers(days: number) {
  const chains = new Map<string, Map<string, Followed>>();
  return {
    /** A line of the ledger; all lines come before the first sale. */
    addLine(row: DayRow): void {
      const [group, atMs] = joined(row) ?? [];
      if (group === undefined || atMs === undefined) return;
      const shoppers = chains.get(row.tenantId) ?? new Map<string, Followed>();
      chains.set(row.tenantId, shoppers);
      const shopper = shoppers.get(row.shopperId) ?? { messaged: [], heldOut: [], bought: false };
      shoppers.set(row.shopperId, shopper);
      shopper[group].push(atMs);
    },
    /** A sale, of anybody. */
    addSale({ tenantId, shopperId, atMs }: Sale): void {
      const shopper = chains.get(tenantId)?.get(shopperId);
      if (!shopper || shopper.bought) return;
      const follows = (offerMs: number) => atMs > offerMs && atMs <= offerMs + days * DAY_MILLISECONDS;
      shopper.bought = shopper.messaged.some(follows) || shopper.heldOut.some(follows);
    },
    /** The chains by name. */
    lifts(): ChainLift[] {
      return [...chains]
        .map(([tenantId, shoppers]) => liftOf(tenantId, [...shoppers.values()]))
        .sort((one, other) => (one.tenantId < other.tenantId ? -1 : 1));
    },
  };
}

function liftOf(tenantId: string, shoppers: readonly Followed[]): ChainLift {
  const isMixed = ({ messaged, heldOut }: Followed) => messaged.length > 0 && heldOut.length > 0;
  const shareOf = (group: "messaged" | "heldOut"): Share => {
    const members = shoppers.filter((shopper) => !isMixed(shopper) && shopper[group].length > 0);
    return { hits: members.filter(({ bought }) => bought).length, of: members.length };
  };
  const [messaged, heldOut] = [shareOf("messaged"), shareOf("heldOut")];
  const lift = differenceOf(messaged, heldOut);
  return { tenantId, messaged, heldOut, mixed: shoppers.filter(isMixed).length, ...(lift && { lift }) };
}
