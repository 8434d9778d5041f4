// What a played day came to, judged by what Twilio took and by nothing that the platform says of itself.
import type { World } from "../sender/memory-world";
import type { LineState } from "../shared/line-states";
import { CAMPAIGN_SETTINGS, claimOf, PEOPLE, placeOf } from "./campaign";

/** What is wrong with a day: each list names lines, `line 3: what is wrong`. */
export type DayEnd = {
  /** Twilio took a second message for a shopper or for a phone. */
  readonly duplicates: readonly string[];
  /** A line that could be messaged was not and is not held, or what it says is not what Twilio did. */
  readonly lost: readonly string[];
  /** A line without a row, or whose row is no end. */
  readonly unended: readonly string[];
  /** More was bought than the day's money says. */
  readonly unpaid: readonly string[];
};

const ENDS: ReadonlySet<LineState> = new Set<LineState>([
  "SENT",
  "DELIVERED",
  "UNDELIVERED",
  "REJECTED",
  "HELD",
  "SUPPRESSED",
  "EXPIRED",
]);
const SAYS_TAKEN: ReadonlySet<LineState> = new Set<LineState>(["SENT", "DELIVERED", "UNDELIVERED"]);

/** What is wrong with one line whose shopper's phone was (or was not) taken care of by another line of it. */
function wrongWith(index: number, world: World, taken: ReadonlySet<string>, caredFor: boolean): string | undefined {
  const { state, reason } = world.rows.get(claimOf(index)) ?? {};
  const isTaken = taken.has(claimOf(index));
  const delivered = isTaken && PEOPLE[index]!.receipts.includes("delivered");
  if (delivered && state !== "HELD" && state !== "DELIVERED") return `delivered, and ${state}`;
  if (isTaken && state !== "HELD" && !SAYS_TAKEN.has(state!)) return `taken, and ${state}`;
  if (!isTaken && SAYS_TAKEN.has(state!)) return `not taken, and ${state}`;
  if (isTaken || state === "HELD" || state === "REJECTED") return undefined;
  const expected = PEOPLE[index]!.consents ? "same_phone" : "no_consent";
  if (state !== "SUPPRESSED" || reason !== expected) return `not messaged, and ${state}(${reason})`;
  return expected === "same_phone" && !caredFor ? "nobody of its phone was messaged" : undefined;
}

/** Judges a day. */
export function judge(world: World): DayEnd {
  const claims = world.accepted.map(({ claim }) => claim);
  const taken = new Set(claims);
  const phones = new Set(world.accepted.map(({ to }) => to));
  const duplicates = [
    ...claims
      .filter((claim, index) => claims.indexOf(claim) !== index)
      .map((claim) => `line ${placeOf.get(claim)}: twice`),
    ...(phones.size < taken.size ? ["two lines of one phone"] : []),
  ];
  const lost: string[] = [];
  const unended: string[] = [];
  PEOPLE.forEach(({ phone }, index) => {
    const claim = claimOf(index);
    const state = world.rows.get(claim)?.state;
    if (!state || !ENDS.has(state)) unended.push(`line ${index}: ${state}`);
    const caredFor = PEOPLE.some(
      (other, place) =>
        place !== index &&
        other.phone === phone &&
        (taken.has(claimOf(place)) || ["HELD", "REJECTED"].includes(world.rows.get(claimOf(place))?.state ?? "")),
    );
    const wrong = wrongWith(index, world, taken, caredFor);
    if (wrong) lost.push(`line ${index}: ${wrong}`);
  });
  const bought = world.accepted.length * CAMPAIGN_SETTINGS.pricePerSegmentBrl;
  const unpaid = world.spent.brl < bought - 0.0001 ? [`R$ ${bought} bought, R$ ${world.spent.brl} reserved`] : [];
  return { duplicates, lost, unended, unpaid };
}
