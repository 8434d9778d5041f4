// A day adds up when every line of OUT has one row, every row one line, every sent line one message at Twilio and every
// message one sent line. Whatever does not is found from both sides.
import { claimKey } from "../shared/claim-keys";
import type { LineState } from "../shared/line-states";
import type { Manifest, OutFile } from "../shared/manifest";
import type { OutBucket } from "../shared/out-bucket";
import { nothingSeen, type Seen, verifyFile } from "../shared/verify-file";
import type { DayMessage, MessageLog } from "./day-messages";
import { type DayRow, stateText } from "./day-rows";
import { judgeRow, wasClaimed } from "./judge-row";
import { type Chains, matchMessages } from "./match-messages";
import {
  type ChainDay,
  FINDINGS,
  type Finding,
  type FindingKind,
  MOST_LISTED,
  type Reconciliation,
} from "./reconciliation";

/** What reconciling reads. */
export type ReconcilePorts = {
  readonly out: Pick<OutBucket, "open">;
  /** The rows of one chain's day. */
  readonly rowsOf: (tenantId: string, offerDate: string) => AsyncIterable<DayRow>;
  readonly twilio: MessageLog;
};

/** What an environment says of its messages. */
export type ReconcileSettings = Omit<Chains, "tenantIds"> & {
  /** Chains whose rows are read even where nothing was published for them. */
  readonly tenantIds: readonly string[];
  readonly pricePerSegmentBrl: number;
};

/** The day in question: from local midnight to the next (epoch ms), and the instant of reconciling, RFC 3339. */
export type Day = { readonly fromMs: number; readonly untilMs: number; readonly at: string };

// Messages that the list does not show are asked for one by one.
const LOOK_UPS_AT_ONCE = 10;

const REFUSED_END = "EXPIRED(file_refused)";

/** In which kind of file a row's line lies. */
type Places = Map<DayRow, "believed" | "refused">;

/** Counts every finding and keeps the first of each kind. */
function collectFindings() {
  const counts = Object.fromEntries(FINDINGS.map((kind) => [kind, 0])) as Record<FindingKind, number>;
  const kept: Finding[] = [];
  const order = ({ kind, claim = "", sid = "" }: Finding) => `${FINDINGS.indexOf(kind)} ${claim} ${sid}`;
  return {
    counts,
    add(...findings: readonly Finding[]): void {
      for (const finding of findings) {
        counts[finding.kind] += 1;
        if (counts[finding.kind] <= MOST_LISTED) kept.push(finding);
      }
    },
    listed: () => kept.sort((one, other) => (order(one) < order(other) ? -1 : 1)).slice(0, MOST_LISTED),
  };
}

type Findings = ReturnType<typeof collectFindings>;
type Rows = ReadonlyMap<string, DayRow>;

/** Reads one file through and says where its lines' rows lie; false when the file is refused. */
async function placeLines(
  file: OutFile,
  offerDate: string,
  seen: Seen,
  rows: Rows,
  out: Pick<OutBucket, "open">,
  places: Places,
  rowless: Set<string>,
): Promise<boolean> {
  const object = await out.open(file.key);
  if (!object) return false;
  const found: DayRow[] = [];
  const refusal = await verifyFile(file, offerDate, object.chunks, seen, async ({ line: { shopperId } }) => {
    const row = rows.get(shopperId);
    if (row) found.push(row);
    else rowless.add(shopperId);
  });
  for (const row of found)
    if (refusal === undefined || !places.has(row)) places.set(row, refusal ? "refused" : "believed");
  return refusal === undefined;
}

/** Compares a chain's files with its rows, both ways; returns how many files are refused and how many lines there are. */
async function compareLines(
  files: readonly OutFile[],
  offerDate: string,
  rows: Rows,
  out: Pick<OutBucket, "open">,
  findings: Findings,
): Promise<{ readonly refused: number; readonly lines: number }> {
  const places: Places = new Map();
  const rowless = new Set<string>();
  const seen = nothingSeen();
  let refused = 0;
  for (const file of files) if (!(await placeLines(file, offerDate, seen, rows, out, places, rowless))) refused += 1;
  for (const row of rows.values()) {
    const what = { claim: claimKey({ ...row, offerDate }), state: stateText(row) };
    const place = places.get(row);
    if (place === undefined) findings.add({ kind: "row_without_line", ...what });
    else if (place === "refused" && what.state !== REFUSED_END) findings.add({ kind: "row_of_refused_file", ...what });
  }
  const [tenantId = ""] = files.map((file) => file.tenantId);
  for (const shopperId of rowless)
    findings.add({ kind: "line_without_row", claim: claimKey({ tenantId, offerDate, shopperId }) });
  return { refused, lines: places.size + rowless.size };
}

/** The day's messages: those that Twilio lists, and those that only a row knows of. */
async function readMessages(rows: readonly DayRow[], { fromMs, untilMs }: Day, twilio: MessageLog) {
  const messages = new Map<string, DayMessage>();
  for await (const message of twilio.between(fromMs, untilMs)) messages.set(message.sid, message);
  const unlisted = rows.flatMap(({ sid }) => (sid !== undefined && !messages.has(sid) ? [sid] : []));
  async function lookUp(): Promise<void> {
    for (let sid = unlisted.pop(); sid !== undefined; sid = unlisted.pop()) {
      const message = await twilio.bySid(sid);
      if (message) messages.set(sid, message);
    }
  }
  await Promise.all(Array.from({ length: LOOK_UPS_AT_ONCE }, lookUp));
  return [...messages.values()];
}

type Counts = Record<string, number>;
function count(counts: Counts, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}
type CountsOf = Record<string, Counts>;
function countIn(nested: CountsOf, outer: string, name: string): void {
  const counts = nested[outer] ?? {};
  nested[outer] = counts;
  count(counts, name);
}
const sorted = <T>(counts: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(counts).sort(([one], [other]) => (one < other ? -1 : 1)));
const allSorted = (nested: CountsOf): CountsOf =>
  sorted(Object.fromEntries(Object.entries(nested).map(([outer, counts]) => [outer, sorted(counts)])));

// A line that was in doubt and was healed still bears the code of its doubt, which says nothing of its end.
const FAILED_ENDS: readonly LineState[] = ["REJECTED", "UNDELIVERED"];

/** Reconciles one day. Throws when the ledger, OUT or Twilio cannot be read to the end: half a comparison says nothing. */
export async function reconcileDay(
  manifest: Manifest,
  day: Day,
  settings: ReconcileSettings,
  ports: ReconcilePorts,
): Promise<Reconciliation> {
  const { offerDate, files } = manifest;
  const findings = collectFindings();
  const rowsByState: Counts = {};
  const codesByState: CountsOf = {};
  const tenantIds = [...new Set([...settings.tenantIds, ...files.map(({ tenantId }) => tenantId)])].sort();
  const claimed: DayRow[] = [];
  let [refused, lines, failedElsewhere] = [0, 0, 0];
  const chains: Record<string, ChainDay> = {};
  const messagesOf: Counts = {};
  for (const tenantId of tenantIds) {
    const rows = new Map<string, DayRow>();
    const ownByState: Counts = {};
    for await (const row of ports.rowsOf(tenantId, offerDate)) {
      rows.set(row.shopperId, row);
      for (const counts of [rowsByState, ownByState]) count(counts, stateText(row));
      if (row.code !== undefined && FAILED_ENDS.includes(row.state)) countIn(codesByState, row.state, row.code);
      // A line that was never claimed has no message, and need not be kept.
      if (wasClaimed(row)) claimed.push(row);
    }
    const own = files.filter((file) => file.tenantId === tenantId);
    const compared = await compareLines(own, offerDate, rows, ports.out, findings);
    refused += compared.refused;
    lines += compared.lines;
    if (own.length + rows.size > 0)
      chains[tenantId] = { lines: compared.lines, rowsByState: sorted(ownByState), messages: 0 };
  }

  const messages = await readMessages(claimed, day, ports.twilio);
  const { ofRow, ofNone, others } = matchMessages(messages, claimed, { ...settings, tenantIds });
  const messagesByState: CountsOf = {};
  for (const row of claimed) {
    const own = ofRow.get(row) ?? [];
    for (const message of own) {
      countIn(messagesByState, stateText(row), message.status);
      count(messagesOf, row.tenantId);
    }
    const judged = judgeRow(offerDate, row, own, settings.pricePerSegmentBrl);
    findings.add(...judged.findings);
    failedElsewhere += judged.failedElsewhere;
  }
  for (const message of ofNone) {
    countIn(messagesByState, "none", message.status);
    findings.add({ kind: "message_without_sent_line", sid: message.sid, status: message.status });
  }
  return {
    offerDate,
    at: day.at,
    files: { published: files.length, refused },
    lines,
    rowsByState: sorted(rowsByState),
    codesByState: allSorted(codesByState),
    messagesByState: allSorted(messagesByState),
    failedElsewhere,
    chains: Object.fromEntries(
      Object.entries(chains).map(([tenantId, chain]) => [tenantId, { ...chain, messages: messagesOf[tenantId] ?? 0 }]),
    ),
    otherMessages: others,
    findings: findings.counts,
    listed: findings.listed(),
  };
}
