// A lift for people: who bought of those messaged and of those held out, and how sure the difference is.
import { textTable } from "../text-table";
import type { Share } from "./difference";
import type { ChainLift } from "./measure-lift";

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
const points = (difference: number): string => `${difference < 0 ? "" : "+"}${(100 * difference).toFixed(2)}`;
const rate = ({ hits, of }: Share): string => (of === 0 ? "-" : percent(hits / of));

const HEAD = ["chain", "messaged", "bought", "rate", "held out", "bought", "rate", "difference", "95 % interval"];

/** The lines to print. */
export function liftTable(lifts: readonly ChainLift[], from: string, to: string, days: number): readonly string[] {
  if (lifts.length === 0) return [`Nobody was messaged or held out from ${from} to ${to}.`];
  const rows = lifts.map(({ tenantId, messaged, heldOut, lift }) => [
    tenantId,
    ...[messaged.of, messaged.hits, rate(messaged)],
    ...[heldOut.of, heldOut.hits, rate(heldOut)],
    ...(lift ? [points(lift.difference), `${points(lift.lower)} to ${points(lift.upper)}`] : ["-", "-"]),
  ]);
  const mixed = lifts.reduce((sum, lift) => sum + lift.mixed, 0);
  return [
    `Shoppers with an offer from ${from} to ${to}, and who of them bought within ${days} day${days === 1 ? "" : "s"} after one`,
    "",
    ...textTable([HEAD, ...rows]),
    "",
    "Differences in percentage points; intervals by Newcombe's hybrid score method. One that holds 0 shows no difference.",
    ...(mixed > 0 ? [`${mixed} shoppers were both and count for neither: the share held out changed.`] : []),
  ];
}
