// What was before a line is read from the ledger itself: the shopper's lines of the six days before, whose rows no
// longer change in a way that counts, and the attempt behind a line that was given back.
import { DateTime } from "luxon";
import { claimKey, type LineKey } from "../shared/claim-keys";
import type { Ledger } from "../shared/ledger";
import { GIVEN_BACK, type LineState } from "../shared/line-states";
import { NO_PAST, type Past } from "./decide-line";

/** Days over which messages are counted, the line's own included. */
export const WEEK_DAYS = 7;

/** What a shopper got, or may have got: a refused or undelivered message is no message to them. */
const MAY_HAVE_BEEN_READ: ReadonlySet<LineState> = new Set([
  "CLAIMED",
  "SENT",
  "DELIVERED",
  "IN_DOUBT",
  "REOPENED",
  "HELD",
]);

const daysBefore = (offerDate: string): string[] =>
  Array.from({ length: WEEK_DAYS - 1 }, (_, index) =>
    DateTime.fromISO(offerDate, { zone: "utc" })
      .minus({ days: index + 1 })
      .toFormat("yyyy-MM-dd"),
  );

/** The past of lines of one day by their claims, ≤100; nothing is read of other days when the cap cannot be reached. */
export async function pastsOf(
  lines: readonly LineKey[],
  states: ReadonlyMap<string, LineState>,
  weeklyCap: number,
  ledger: Pick<Ledger, "states" | "earlierOf">,
): Promise<ReadonlyMap<string, Past>> {
  const days = weeklyCap < WEEK_DAYS && lines[0] ? daysBefore(lines[0].offerDate) : [];
  const before = await Promise.all(
    days.map((offerDate) => ledger.states(lines.map((line) => claimKey({ ...line, offerDate })))),
  );
  const pasts = lines.map(async (line): Promise<readonly [string, Past]> => {
    const claim = claimKey(line);
    const messages = days.filter((offerDate, index) => {
      const state = before[index]?.get(claimKey({ ...line, offerDate }));
      return state !== undefined && MAY_HAVE_BEEN_READ.has(state);
    }).length;
    const state = states.get(claim);
    const earlier = state !== undefined && GIVEN_BACK.includes(state) ? await ledger.earlierOf(claim) : undefined;
    return [claim, { ...NO_PAST, messages, ...(earlier ? { earlier } : {}) }];
  });
  return new Map(await Promise.all(pasts));
}
