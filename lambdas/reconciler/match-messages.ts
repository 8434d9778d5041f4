// Twilio's list does not say of which claim a message is. The SID in a row does; a message whose SID no row has is its
// phone's: the day's row with that phone's token, in a chain that sends by that number.
import { phoneForms } from "../shared/phone";
import type { DayMessage } from "./day-messages";
import type { DayRow } from "./day-rows";

/** Messages by the row that they belong to, and those of no row. */
export type Matched = {
  readonly ofRow: ReadonlyMap<DayRow, readonly DayMessage[]>;
  readonly ofNone: readonly DayMessage[];
  /** Messages that left by a sender that is none of ours and that no row knows. */
  readonly others: number;
};

/** How chains send, and how they name a phone. */
export type Chains = {
  readonly tenantIds: readonly string[];
  /** The numbers or Messaging Services of a chain, on every channel. */
  readonly sendersOf: (tenantId: string) => readonly string[];
  readonly tokenOf: (tenantId: string, phone: string) => string;
};

// Twilio's instants are whole seconds, and the clocks are two.
const CLOCK_MILLISECONDS = 5_000;

const phoneKeyOf = (tenantId: string, phoneToken: string): string => `${tenantId}|${phoneToken}`;

const byCreation = (one: DayMessage, other: DayMessage): number =>
  one.createdMs - other.createdMs || (one.sid < other.sid ? -1 : 1);

/** Of several chains' rows for one phone: one without a message yet, of that text, claimed last before the message was made. */
function mostLikely(
  candidates: readonly DayRow[],
  message: DayMessage,
  ofRow: ReadonlyMap<DayRow, readonly DayMessage[]>,
): DayRow | undefined {
  const before = (row: DayRow): number => {
    const claimedMs = Date.parse(row.claimedAt ?? "");
    return claimedMs <= message.createdMs + CLOCK_MILLISECONDS ? claimedMs : Number.NEGATIVE_INFINITY;
  };
  const preferred = (rows: readonly DayRow[], holds: (row: DayRow) => boolean): readonly DayRow[] =>
    rows.some(holds) ? rows.filter(holds) : rows;
  const free = preferred(candidates, (row) => !ofRow.has(row));
  const ofText = preferred(free, (row) => row.textDigest === message.textDigest);
  return [...ofText].sort((one, other) => before(other) - before(one) || 0)[0];
}

/** Gives each message its row. `rows` are the lines that were ever claimed. */
export function matchMessages(messages: readonly DayMessage[], rows: readonly DayRow[], chains: Chains): Matched {
  const bySid = new Map<string, DayRow>();
  const byPhone = new Map<string, DayRow>();
  for (const row of rows) {
    for (const sid of [row.sid, row.earlierSid]) if (sid !== undefined && !bySid.has(sid)) bySid.set(sid, row);
    if (row.phoneToken !== undefined) byPhone.set(phoneKeyOf(row.tenantId, row.phoneToken), row);
  }
  const ofRow = new Map<DayRow, DayMessage[]>();
  const ofNone: DayMessage[] = [];
  let others = 0;
  const give = (row: DayRow, message: DayMessage): void => {
    const given = ofRow.get(row);
    if (given) given.push(message);
    else ofRow.set(row, [message]);
  };
  const strangers: DayMessage[] = [];
  for (const message of [...messages].sort(byCreation)) {
    const row = bySid.get(message.sid);
    if (row) give(row, message);
    else strangers.push(message);
  }
  for (const message of strangers) {
    const senders = chains.tenantIds.filter((tenantId) =>
      chains.sendersOf(tenantId).some((own) => message.senders.includes(own)),
    );
    const candidates = senders.flatMap((tenantId) =>
      phoneForms(message.to).flatMap(
        (phone) => byPhone.get(phoneKeyOf(tenantId, chains.tokenOf(tenantId, phone))) ?? [],
      ),
    );
    const row = mostLikely([...new Set(candidates)], message, ofRow);
    if (row) give(row, message);
    else if (senders.length > 0) ofNone.push(message);
    else others += 1;
  }
  return { ofRow, ofNone, others };
}
