// Makes the out folder's files from what the night really left in the stand-ins, and counts them on the way.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { paginateListClusters } from "@aws-sdk/client-emr";
import { reportKey } from "../../lambdas/reconciler/reconciliation";
import type { StandInClients } from "../apply/aws-stand-in-clients";
import { isObject, type JsonObject } from "../loader/stack";
import type { Tally } from "../player/tally";
import type { MessageForm } from "../twilio/message-form";
import { exportBuckets } from "./export-buckets";
import { countLakeObject, countOutLines, divideStoredRows, emptyLakeCounts } from "./lake-counts";
import { countLedger, type LedgerRow } from "./ledger-counts";
import { judge, type Rehearsal, type Summary } from "./numbers";
import { countSentAgain } from "./sent-again";

/** What is counted from. */
export interface SummarySources {
  readonly clients: StandInClients;
  readonly buckets: readonly string[];
  readonly inBucket: string;
  readonly outBucket: string;
  readonly readContracts: readonly string[];
  readonly businessDate: string;
  readonly offerDate: string;
  /** Lines of the events file that are not blank. */
  readonly posted: number;
  readonly tally: Tally;
  readonly ledger: readonly LedgerRow[];
  /** The forms of the messages that the Twilio stand-in took. */
  readonly messages: readonly MessageForm[];
  /** When a fault script was played. */
  readonly rehearsal?: Rehearsal;
  /** Messages that failed too often and lie in a dead-letter queue. */
  readonly parked: number;
  /** Why the night failed; absent when it published. */
  readonly failure?: string;
  readonly folder: string;
}

const parse = (bytes: Uint8Array): JsonObject => {
  const value: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
  return isObject(value) ? value : {};
};

const numberIn = (counts: unknown, name: string): number => {
  const value = isObject(counts) ? counts[name] : undefined;
  if (typeof value !== "number") throw new Error(`the manifest or the reconciliation has no count ${name}`);
  return value;
};

const countClusters = async (clients: StandInClients): Promise<Summary["clusters"]> => {
  let created = 0;
  let terminated = 0;
  for await (const page of paginateListClusters({ client: clients.emr }, {})) {
    for (const cluster of page.Clusters ?? []) {
      created += 1;
      if (cluster.Status?.State?.startsWith("TERMINATED")) terminated += 1;
    }
  }
  return { created, terminated };
};

const sortedCounts = (counts: ReadonlyMap<string, number>): Record<string, number> =>
  Object.fromEntries([...counts].sort(([one], [other]) => (one < other ? -1 : 1)));

const withheldIn = (manifest: JsonObject | undefined): Record<string, string> =>
  Object.fromEntries(
    Object.entries(isObject(manifest?.tenants) ? manifest.tenants : {}).flatMap(([chain, report]) =>
      isObject(report) && typeof report.failure === "string" ? [[chain, report.failure]] : [],
    ),
  );

/** Exports everything to the out folder and returns the judged summary. */
export const collectSummary = async (sources: SummarySources): Promise<Summary> => {
  const { clients, inBucket, outBucket, offerDate, businessDate, tally } = sources;
  const lake = emptyLakeCounts();
  const byLevel = new Map<string, number>();
  const published = `data_output/${offerDate}/`;
  let files = 0;
  let lines = 0;
  let input: JsonObject | undefined;
  let manifest: JsonObject | undefined;
  let report: JsonObject | undefined;
  await exportBuckets(clients.s3, sources.buckets, join(sources.folder, "s3"), async (bucket, key, bytes) => {
    if (bucket === inBucket) {
      await countLakeObject(lake, key, bytes);
      if (key === `runs/${businessDate}/input.json`) input = parse(bytes);
    } else if (bucket === outBucket && key === reportKey(offerDate)) {
      report = parse(bytes);
    } else if (bucket === outBucket && key.startsWith(published)) {
      if (key === `${published}_manifest.json`) manifest = parse(bytes);
      else if (key.endsWith(".txt")) {
        files += 1;
        lines += countOutLines(byLevel, bytes);
      }
    }
  });
  if (!manifest && sources.failure === undefined)
    throw new Error(`${published}_manifest.json is missing from ${outBucket}`);
  const numberOfNight = (name: string) => (manifest ? numberIn(manifest.counts, name) : 0);
  const reconciled = (name: string) => (report ? numberIn(report, name) : 0);
  const rows = divideStoredRows(lake, input, sources.readContracts);
  const ledger = countLedger(sources.ledger, offerDate);
  writeFileSync(join(sources.folder, "ledger.jsonl"), sources.ledger.map((row) => `${JSON.stringify(row)}\n`).join(""));
  return judge({
    business_date: businessDate,
    offer_date: offerDate,
    events: {
      posted: sources.posted,
      accepted: tally.accepted,
      rejected: [...tally.rejectedByCode.values()].reduce((total, count) => total + count, 0),
      stored: rows.stored,
      undelivered: lake.undelivered,
      read: numberOfNight("read"),
      out_of_window: numberOfNight("out_of_window"),
      unread: rows.unread,
      other_contracts: rows.otherContracts,
      used: numberOfNight("used"),
      duplicates: numberOfNight("duplicates"),
      conflicts: numberOfNight("conflicts"),
      set_aside: numberOfNight("set_aside"),
      objects_set_aside: Array.isArray(manifest?.objects_set_aside) ? manifest.objects_set_aside.length : 0,
      unreadable_objects: lake.unreadable,
      late: numberOfNight("late"),
      anonymous: numberOfNight("anonymous"),
      quarantined: lake.quarantined + lake.undelivered,
      rejected_by_code: sortedCounts(tally.rejectedByCode),
      rejected_kept: tally.kept,
    },
    out: { files, lines, by_fallback_level: sortedCounts(byLevel), withheld: withheldIn(manifest) },
    dispatch: {
      lines: ledger.lines,
      by_state: ledger.byState,
      by_reason: ledger.byReason,
      messages: sources.messages.length,
      sent_again: countSentAgain(sources.messages),
      parked: sources.parked,
    },
    reconciliation: {
      reports: report ? 1 : 0,
      lines: reconciled("lines"),
      messages: reconciled("messages"),
      findings: Object.values(isObject(report?.findings) ? report.findings : {}).reduce<number>(
        (total, count) => total + Number(count),
        0,
      ),
    },
    ...(sources.rehearsal && { rehearsal: sources.rehearsal }),
    ...(sources.failure !== undefined && { failure: sources.failure }),
    clusters: await countClusters(clients),
  });
};
