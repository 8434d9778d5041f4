// A reconciliation for people: lines by state beside their messages by status, then what does not fit, by claim.
import { FINDING_WORDS } from "../../lambdas/reconciler/finding-words";
import {
  FINDINGS,
  type Finding,
  imbalances,
  messageCount,
  type Reconciliation,
  rowCount,
} from "../../lambdas/reconciler/reconciliation";
import { textTable } from "../text-table";

const NO_LINE = "none";

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;

function described({ claim = "no line", state, sid, status, brl }: Finding): string {
  const said = brl && `R$ ${brl.ledger.toFixed(4)} in the ledger, R$ ${brl.segments.toFixed(4)} by segments`;
  return ["   ", claim, state, sid, status, said].filter((part) => part !== undefined).join("  ");
}

function countsTable({ rowsByState, messagesByState }: Reconciliation): string[] {
  const statuses = [...new Set(Object.values(messagesByState).flatMap(Object.keys))].sort();
  const states = [...new Set([...Object.keys(rowsByState), ...Object.keys(messagesByState)])].sort();
  const rowOf = (state: string, lines: number, ofStatus: (status: string) => number) => {
    const byStatus = statuses.map(ofStatus);
    return [state, lines, byStatus.reduce((total, each) => total + each, 0), ...byStatus];
  };
  const body = states.map((state) =>
    rowOf(
      state === NO_LINE ? "of no line" : state,
      rowsByState[state] ?? 0,
      (status) => messagesByState[state]?.[status] ?? 0,
    ),
  );
  const total = rowOf(
    "total",
    Object.values(rowsByState).reduce((sum, each) => sum + each, 0),
    (status) => Object.values(messagesByState).reduce((sum, counts) => sum + (counts[status] ?? 0), 0),
  );
  return textTable([["", "lines", "messages", ...statuses], ...body, total]);
}

/** The lines to print. */
export function reconciliationTable(found: Reconciliation): readonly string[] {
  const wrong = imbalances(found);
  const { files } = found;
  const refused = files.refused > 0 ? ` (${files.refused} refused)` : "";
  const others = found.otherMessages > 0 ? `, and ${found.otherMessages} of other senders` : "";
  return [
    `${found.offerDate}: ${counted(found.lines, "line")} in ${counted(files.published, "file")}${refused}, ${counted(rowCount(found), "row")}, ${counted(messageCount(found), "message")}${others}`,
    "",
    ...countsTable(found),
    "",
    wrong === 0
      ? "Balanced: each line has one row, each sent line one message, and the other way round."
      : "NOT balanced:",
    ...FINDINGS.filter((kind) => found.findings[kind] > 0).flatMap((kind) => {
      const listed = found.listed.filter((finding) => finding.kind === kind);
      const more = found.findings[kind] - listed.length;
      return [
        `  ${found.findings[kind]} ${FINDING_WORDS[kind].counted}`,
        ...listed.map(described),
        ...(more > 0 ? [`    and ${more} more`] : []),
      ];
    }),
  ];
}
