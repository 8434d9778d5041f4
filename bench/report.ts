// How every benchmark speaks: what was measured, beside what it is compared with, and whether it keeps its limit.

/** One line of the report. */
export interface Finding {
  readonly what: string;
  readonly measured: string;
  /** What it is compared with, in words, with its own figure. */
  readonly baseline: string;
  /** The limit in words, and whether it is kept; absent when there is none. */
  readonly limit?: { readonly text: string; readonly kept: boolean };
}

/** The finding as text. */
export const reportLine = ({ what, measured, baseline, limit }: Finding): string =>
  [
    `${what}: ${measured}`,
    `    beside: ${baseline}`,
    ...(limit ? [`    limit:  ${limit.text} — ${limit.kept ? "kept" : "MISSED"}`] : []),
  ].join("\n");

/** Prints findings; a missed limit makes the process fail. */
export const report = (findings: readonly Finding[]): void => {
  for (const finding of findings) console.log(reportLine(finding));
  if (findings.some(({ limit }) => limit && !limit.kept)) process.exitCode = 1;
};
