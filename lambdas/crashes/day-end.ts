// What a played day came to, judged by what Twilio took and by nothing that the platform says of itself.
import { isFinalAtClose, type LineState } from "../shared/line-states";

/** What is wrong with a day: each list names lines, `line 3: what is wrong`. */
export type DayEnd = {
  /** Twilio took a second message for a shopper or for a phone. */
  readonly duplicates: readonly string[];
  /** A line that could be messaged was not and is not held, or what it says is not what Twilio did. */
  readonly lost: readonly string[];
  /** A line without a row, or whose row is no end. */
  readonly unended: readonly string[];
};

/** A line of the day, whose shopper it is, and what the ledger says of it. */
export type JudgedLine = {
  readonly claim: string;
  /** Whatever tells phones apart. */
  readonly phone: string;
  readonly consents: boolean;
  /** Twilio's word on its message came back: delivered. */
  readonly delivered: boolean;
  readonly state: LineState | undefined;
  readonly reason: string | undefined;
};

/** A message that Twilio took. */
export type TakenMessage = { readonly claim: string; readonly to: string };

const SAYS_TAKEN: ReadonlySet<string | undefined> = new Set(["SENT", "DELIVERED", "UNDELIVERED"]);

/** The line says that its shopper has had their turn: a message, or one of which nobody knows, or Twilio's refusal. */
const hadItsTurn = ({ state }: JudgedLine): boolean =>
  SAYS_TAKEN.has(state) || state === "HELD" || state === "REJECTED";

/** What a line says that is not so. */
function wrongWith(line: JudgedLine, isTaken: boolean, others: readonly JudgedLine[]): string | undefined {
  const { state, reason, consents, delivered } = line;
  if (isTaken && delivered && state !== "HELD" && state !== "DELIVERED") return `delivered, and ${state}`;
  if (isTaken && state !== "HELD" && !SAYS_TAKEN.has(state)) return `taken, and ${state}`;
  if (!isTaken && SAYS_TAKEN.has(state)) return `not taken, and ${state}`;
  if (hadItsTurn(line)) return undefined;
  const expected = consents ? "same_phone" : "no_consent";
  if (state !== "SUPPRESSED" || reason !== expected) return `not messaged, and ${state}(${reason})`;
  const isCaredFor = !consents || others.some((other) => other.phone === line.phone && hadItsTurn(other));
  return isCaredFor ? undefined : "nobody of its phone was messaged";
}

/** Judges the lines of a day by the messages that Twilio took for them. */
export function judge(lines: readonly JudgedLine[], messages: readonly TakenMessage[]): DayEnd {
  const taken = new Map<string, number>();
  for (const { claim } of messages) taken.set(claim, (taken.get(claim) ?? 0) + 1);
  const phones = new Set(messages.map(({ to }) => to));
  const places = [...lines.entries()];
  const about = (wrong: (line: JudgedLine) => string | undefined): string[] =>
    places.flatMap(([place, line]) => {
      const what = wrong(line);
      return what === undefined ? [] : [`line ${place}: ${what}`];
    });
  return {
    duplicates: [
      ...about(({ claim }) => ((taken.get(claim) ?? 0) > 1 ? `taken ${taken.get(claim)} times` : undefined)),
      ...(phones.size < taken.size ? [`${taken.size} lines had messages, of ${phones.size} phones`] : []),
    ],
    lost: about((line) =>
      wrongWith(
        line,
        taken.has(line.claim),
        lines.filter((other) => other !== line),
      ),
    ),
    unended: about(({ state }) => (state !== undefined && isFinalAtClose(state) ? undefined : `${state}`)),
  };
}
