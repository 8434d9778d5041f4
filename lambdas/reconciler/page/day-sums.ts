// The sums that a day must satisfy from its events to its messages; both sides are counted, neither is made of the other.
import { partsOfState } from "../../shared/funnel-words";
import { SENT } from "../judge-row";
import { messageCount, type Reconciliation, rowCount } from "../reconciliation";
import { type NightStatement, type RowCounts, sumOf } from "./night-statement";

/** An equation with what is found on both its sides; a side that the manifest does not state is absent. */
export type DaySum = { readonly name: string; readonly left?: number; readonly right?: number };

/** Whether a sum holds; undefined when a side of it is not stated. */
export const holds = ({ left, right }: DaySum): boolean | undefined =>
  left === undefined || right === undefined ? undefined : left === right;

/** Rows that the night knew of: those that it read, and those that it left out for their day. */
export const knownRows = ({ read, out_of_window }: RowCounts): number | undefined => sumOf([read, out_of_window]);

/** Lines of all chains, as the night states them. */
export const nightLines = ({ chains }: NightStatement): number | undefined =>
  chains && sumOf([...chains.values()].map(({ lines }) => lines));

/** Lines of all chains by fallback level; undefined when a chain does not state it. */
export function linesByLevel({ chains }: NightStatement): ReadonlyMap<string, number> | undefined {
  if (!chains) return undefined;
  const all = new Map<string, number>();
  for (const { byLevel } of chains.values()) {
    if (!byLevel) return undefined;
    for (const [level, count] of byLevel) all.set(level, (all.get(level) ?? 0) + count);
  }
  return all;
}

/** Lines whose message Twilio took, by the ledger. */
export const sentLines = (rowsByState: Readonly<Record<string, number>>): number =>
  Object.entries(rowsByState)
    .filter(([name]) => [...SENT].some((state) => state === partsOfState(name).state))
    .reduce((sum, [, count]) => sum + count, 0);

const ofRead = ({ used, duplicates, conflicts, set_aside }: RowCounts): number | undefined =>
  sumOf([used, duplicates, conflicts, set_aside]);

/** Every sum of the day, in the order of the way from events to messages. */
export function daySums(night: NightStatement, found: Reconciliation): readonly DaySum[] {
  const contracts = [...(night.byContract ?? [])];
  const ofContracts = (side: (counts: RowCounts) => number | undefined): number | undefined =>
    night.byContract && sumOf(contracts.map(([, counts]) => side(counts)));
  const levels = linesByLevel(night);
  return [
    {
      name: "rows read = used + duplicates + conflicts + set aside",
      left: night.counts.read,
      right: ofRead(night.counts),
    },
    ...contracts.map(([contract, counts]) => ({
      name: `rows read = used + duplicates + conflicts + set aside, of ${contract}`,
      left: counts.read,
      right: ofRead(counts),
    })),
    { name: "rows known = those of every contract", left: knownRows(night.counts), right: ofContracts(knownRows) },
    { name: "rows used = those of every contract", left: night.counts.used, right: ofContracts(({ used }) => used) },
    {
      name: "lines that the night made = lines by what their offers come from",
      left: nightLines(night),
      right: levels && sumOf(levels.values()),
    },
    {
      name: "lines that the night made = lines of the published files",
      left: nightLines(night),
      right: night.fileLines,
    },
    { name: "lines of the published files = shoppers found in them", left: night.fileLines, right: found.lines },
    { name: "shoppers with a line = rows of the ledger", left: found.lines, right: rowCount(found) },
    {
      name: "messages at Twilio = lines sent + messages that failed on another channel",
      left: messageCount(found),
      right: sentLines(found.rowsByState) + found.failedElsewhere,
    },
  ];
}
