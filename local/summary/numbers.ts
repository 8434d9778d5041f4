// The numbers of a night, and the equations that they must satisfy.
import type { TwilioCounts } from "../twilio/tally";

/** `events` of the summary (design: the local run). */
export interface EventNumbers {
  readonly posted: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly stored: number;
  readonly undelivered: number;
  readonly read: number;
  readonly out_of_window: number;
  /** Rows of the objects that the night did not open, which are a part of `out_of_window`. */
  readonly unread: number;
  readonly other_contracts: number;
  readonly used: number;
  readonly duplicates: number;
  readonly conflicts: number;
  readonly set_aside: number;
  /** Objects that the night set aside as a whole; the rows of those whose footer can be read are in `set_aside`. */
  readonly objects_set_aside: number;
  /** Objects of the lake that are no Parquet: their rows are in no count, so that `accepted` says what is lost. */
  readonly unreadable_objects: number;
  readonly late: number;
  readonly anonymous: number;
  readonly quarantined: number;
  /** Rejected lines by code; `LINE` are those that could not be sent. */
  readonly rejected_by_code: Readonly<Record<string, number>>;
  /** Rejected lines whose event quarantine keeps. */
  readonly rejected_kept: number;
}

/** A fault script's name, and the stand-in's own counts. */
export type Rehearsal = TwilioCounts & { readonly script: string };

/** `summary.json`. */
export interface Summary {
  readonly business_date: string;
  readonly offer_date: string;
  readonly events: EventNumbers;
  readonly out: {
    readonly files: number;
    readonly lines: number;
    readonly by_fallback_level: Readonly<Record<string, number>>;
    /** Chains whose offers the night withheld, each with what it found. */
    readonly withheld: Readonly<Record<string, string>>;
  };
  readonly dispatch: {
    readonly lines: number;
    readonly by_state: Readonly<Record<string, number>>;
    readonly by_reason: Readonly<Record<string, number>>;
    /** Messages that Twilio took. */
    readonly messages: number;
    /** Of these, beyond one a shopper and day, or one a phone, chain and day, on a channel: always 0. */
    readonly sent_again: number;
    /** Queue messages and invocations that failed too often and were put aside: no part of any equation, but a sign. */
    readonly parked: number;
  };
  /** What the platform's own reconciliation of the closed day says; zeros when it left no report. */
  readonly reconciliation: {
    readonly reports: number;
    readonly lines: number;
    readonly messages: number;
    /** Things that do not fit between OUT, ledger and Twilio. */
    readonly findings: number;
  };
  /** What Twilio's stand-in counted while it played a fault script. */
  readonly rehearsal?: Rehearsal;
  readonly clusters: { readonly created: number; readonly terminated: number };
  /** Why the night failed, in its own sentence: nothing is published or sent, and the counts from `read` on are 0. */
  readonly failure?: string;
  readonly balanced: boolean;
  /** The equations that do not hold; empty when balanced. */
  readonly imbalances: readonly string[];
}

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);

const pick = (counts: Readonly<Record<string, number>>, names: readonly string[]): Readonly<Record<string, number>> =>
  Object.fromEntries(names.map((name) => [name, counts[name] ?? 0]));

const OPEN_STATES = ["CLAIMED", "IN_DOUBT"];
const SENT_STATES = ["SENT", "DELIVERED", "UNDELIVERED"];

type Unbalanced = Omit<Summary, "balanced" | "imbalances">;

type Equation = readonly [string, (s: Unbalanced) => number, (s: Unbalanced) => number];

// Each side is counted by itself; none is made from the other by subtraction.
const beforeTheNight: readonly Equation[] = [
  ["posted = accepted + rejected", (s) => s.events.posted, (s) => s.events.accepted + s.events.rejected],
  ["rejected = Σ rejected by code", (s) => s.events.rejected, (s) => sum(s.events.rejected_by_code)],
  ["accepted = stored + undelivered", (s) => s.events.accepted, (s) => s.events.stored + s.events.undelivered],
];

const sinceTheNight: readonly Equation[] = [
  [
    "stored = read + out_of_window + other_contracts",
    (s) => s.events.stored,
    (s) => s.events.read + s.events.out_of_window + s.events.other_contracts,
  ],
  [
    "read = used + duplicates + conflicts + set_aside",
    (s) => s.events.read,
    (s) => s.events.used + s.events.duplicates + s.events.conflicts + s.events.set_aside,
  ],
  [
    "quarantined = rejected events kept + undelivered + conflicts + set_aside",
    (s) => s.events.quarantined,
    (s) => s.events.rejected_kept + s.events.undelivered + s.events.conflicts + s.events.set_aside,
  ],
  ["out.lines = Σ by fallback level", (s) => s.out.lines, (s) => sum(s.out.by_fallback_level)],
  ["out.lines = dispatch.lines", (s) => s.out.lines, (s) => s.dispatch.lines],
  ["dispatch.lines = Σ by state", (s) => s.dispatch.lines, (s) => sum(s.dispatch.by_state)],
  ["out.lines = reconciled lines", (s) => s.out.lines, (s) => s.reconciliation.lines],
  ["messages taken = reconciled messages", (s) => s.dispatch.messages, (s) => s.reconciliation.messages],
  ["the reconciliation's findings = 0", (s) => s.reconciliation.findings, () => 0],
  ["clusters created = clusters terminated", (s) => s.clusters.created, (s) => s.clusters.terminated],
];

const bounds: readonly (readonly [string, (s: Unbalanced) => boolean])[] = [
  ["unread ≤ out_of_window", (s) => s.events.unread <= s.events.out_of_window],
  ["anonymous ≤ used", (s) => s.events.anonymous <= s.events.used],
  ["late ≤ used + out_of_window", (s) => s.events.late <= s.events.used + s.events.out_of_window],
  ["the day was reconciled", (s) => s.reconciliation.reports > 0],
  ["a cluster was created", (s) => s.clusters.created > 0],
  ["every line came to an end", (s) => OPEN_STATES.every((state) => !s.dispatch.by_state[state])],
  [
    "every line that was sent has a message",
    ({ dispatch: { by_state, messages } }) => sum(pick(by_state, SENT_STATES)) <= messages,
  ],
  ["nobody was messaged again", (s) => s.dispatch.sent_again === 0],
  ["messages = those that Twilio's stand-in took", (s) => !s.rehearsal || s.rehearsal.taken === s.dispatch.messages],
];

/** The equations that do not hold, each with both its values; of a night that failed only those of what came before. */
export const imbalancesOf = (numbers: Unbalanced): readonly string[] => {
  const unequal = (equations: readonly Equation[]) =>
    equations.flatMap(([name, left, right]) =>
      left(numbers) === right(numbers) ? [] : [`${name}: ${left(numbers)} is not ${right(numbers)}`],
    );
  if (numbers.failure !== undefined) return unequal(beforeTheNight);
  const broken = bounds.flatMap(([name, holds]) => (holds(numbers) ? [] : [`${name} does not hold`]));
  return [...unequal([...beforeTheNight, ...sinceTheNight]), ...broken];
};

/** The summary with its verdict. */
export const judge = (numbers: Unbalanced): Summary => {
  const imbalances = imbalancesOf(numbers);
  return { ...numbers, balanced: imbalances.length === 0 && numbers.failure === undefined, imbalances };
};

/** What a run must not end well with, a sentence each: a night that failed, an equation that does not hold, or work that
 * was given up. */
export const complaintsOf = ({ failure, imbalances, dispatch: { parked } }: Summary): readonly string[] => [
  ...(failure === undefined ? [] : [failure]),
  ...(imbalances.length > 0 ? [`The night does not balance: ${imbalances.join("; ")}.`] : []),
  ...(parked > 0 ? [`${parked} pieces of work failed too often and were put aside: the functions' logs say why.`] : []),
];
