// What a day came to in one line, and what to do first about whatever does not fit or is not as it should be.
import { FINDING_WORDS } from "../finding-words";
import { FINDINGS, type Reconciliation } from "../reconciliation";
import { type DaySum, holds } from "./day-sums";
import type { NightStatement } from "./night-statement";
import { counted, number } from "./numbers-in-words";

/** A thing to look at. `first`: code stands between backticks. */
export type Step = { readonly what: string; readonly first: string };

/** A sentence with its end. */
export const ended = (sentence: string): string => (/[.?!]$/.test(sentence) ? sentence : `${sentence}.`);

/** The day's verdict. */
export type Verdict = {
  readonly isBalanced: boolean;
  /** `Balanced`, `Balanced as far as it is stated` or `Not balanced`. */
  readonly word: string;
  /** The rest of the line. */
  readonly why: string;
  /** What does not fit, and what else asks for somebody. */
  readonly steps: readonly Step[];
};

function findingSteps({ findings }: Reconciliation): readonly Step[] {
  return FINDINGS.filter((kind) => findings[kind] > 0).map((kind) => {
    const { name, means, first } = FINDING_WORDS[kind];
    return { what: `${number(findings[kind])} × ${name}: ${means}`, first };
  });
}

const sumSteps = (sums: readonly DaySum[]): readonly Step[] =>
  sums
    .filter((sum) => holds(sum) === false)
    .map(({ name, left, right }) => ({
      what: `${name}: ${number(left ?? 0)} is not ${number(right ?? 0)}`,
      first: "look for what else is said here; if nothing explains it, keep the day's files and tell the platform team",
    }));

const STEPPED_IN = ["previous", "popularity", "none"];

function otherSteps(night: NightStatement, { files }: Reconciliation): readonly Step[] {
  const unwell = [...(night.chains ?? [])].filter(([, { status }]) => status !== "OK" && status !== "NO_DATA");
  const aside = night.objectsSetAside?.length ?? 0;
  return [
    ...unwell.map(([tenantId, { status, failure }]) => ({
      what: `${tenantId}: its night is ${status ?? "not stated"}${failure === undefined ? "" : `: ${failure}`}`,
      first:
        "were the chain's products or events changed that day, or the champion promoted? Mend it before the next night",
    })),
    ...(STEPPED_IN.includes(night.model.level ?? "")
      ? [
          {
            what: `the champion model was refused, and ${night.model.level} stepped in`,
            first: "the sentence why is in the step's log",
          },
        ]
      : []),
    ...(aside > 0
      ? [
          {
            what: `${counted(aside, "object")} of the lake could not be used`,
            first: "their reasons are below; the objects stay where they are",
          },
        ]
      : []),
    ...(files.refused > 0
      ? [
          {
            what: `${counted(files.refused, "file")} did not match the manifest, and was not sent`,
            first: "the log of `planner`",
          },
        ]
      : []),
  ];
}

/** Judges a day by its sums and what reconciling found. */
export function dayVerdict(night: NightStatement, found: Reconciliation, sums: readonly DaySum[]): Verdict {
  const broken = sums.filter((sum) => holds(sum) === false).length;
  const unstated = sums.filter((sum) => holds(sum) === undefined).length;
  const findings = FINDINGS.filter((kind) => found.findings[kind] > 0);
  const steps = [...findingSteps(found), ...sumSteps(sums), ...otherSteps(night, found)];
  if (findings.length === 0 && broken === 0) {
    return {
      isBalanced: true,
      word: unstated === 0 ? "Balanced" : "Balanced as far as it is stated",
      why: [
        "every row that the night read is accounted for, each line has one row, each sent line one message,",
        "and the other way round.",
      ].join(" "),
      steps,
    };
  }
  const kinds = findings.map((kind) => `${number(found.findings[kind])} × ${FINDING_WORDS[kind].name}`);
  const sentence = [...kinds, ...(broken > 0 ? [`${counted(broken, "sum")} not right`] : [])].join(", ");
  return { isBalanced: false, word: "Not balanced", why: `${sentence}. First: ${ended(steps[0]?.first ?? "")}`, steps };
}
