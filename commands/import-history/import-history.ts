// Old purchases into the lake without passing Firehose, whose open partitions two years of them would overflow. Every
// line ends counted; what is written is named by its content, so that an import that was killed is simply run again.
import { newestFacts, type VaultFact } from "../../lambdas/shared/vault-facts";
import type { GlueField } from "../../local/firehose/glue-type";
import { DaySpool } from "./day-spool";
import { type HistoryContext, judgeLine } from "./history-event";
import { type HistoryObject, historyObjects } from "./history-objects";

/** What an import reaches out to. */
export interface ImportPorts {
  readonly context: HistoryContext;
  /** By scope. */
  readonly columns: ReadonlyMap<string, readonly GlueField[]>;
  readonly writeFact: (fact: VaultFact) => Promise<void>;
  /** False when an object of that key is there already, which then holds the same rows. */
  readonly putObject: (object: HistoryObject) => Promise<boolean>;
  /** Told of each line that is not imported: its number from 1, why, and where in the event. */
  readonly reject: (line: number, code: string, path: string) => void;
  readonly progress: (text: string) => void;
}

/** What an import came to; `lines` = `accepted` + Σ `rejected`, `accepted` = `written` + `alreadyThere`. */
export interface Imported {
  /** Lines that are not blank. */
  readonly lines: number;
  readonly accepted: number;
  readonly rejected: Readonly<Record<string, number>>;
  /** Rows. */
  readonly written: number;
  readonly alreadyThere: number;
  readonly objects: number;
}

/** Why an import that took no line is none, as of a wrong file; undefined when it took one. */
export function nothingOf({ lines, accepted }: Imported): string | undefined {
  if (accepted > 0) return undefined;
  return lines === 0 ? "it holds no line" : "each of its lines was rejected";
}

const FACTS_HELD = 20_000;
const FACTS_AT_ONCE = 32;
const LINES_A_REPORT = 500_000;

async function writeFacts(facts: readonly VaultFact[], { writeFact }: ImportPorts): Promise<void> {
  const queue = newestFacts(facts).values();
  const worker = async () => {
    for (const fact of queue) await writeFact(fact);
  };
  await Promise.all(Array.from({ length: FACTS_AT_ONCE }, worker));
}

/** Imports the lines; what the vault learns is there before the first row. */
export async function importHistory(
  lines: AsyncIterable<{ readonly bytes?: Buffer }>,
  ports: ImportPorts,
): Promise<Imported> {
  const rejected: Record<string, number> = {};
  const spool = new DaySpool();
  let [number, counted, accepted, written, alreadyThere, objects] = [0, 0, 0, 0, 0, 0];
  let facts: VaultFact[] = [];
  try {
    for await (const { bytes } of lines) {
      number += 1;
      const judged = judgeLine(bytes, ports.context);
      if (judged.kind === "blank") continue;
      counted += 1;
      if (counted % LINES_A_REPORT === 0) ports.progress(`${counted} lines read`);
      if (judged.kind === "rejected") {
        rejected[judged.code] = (rejected[judged.code] ?? 0) + 1;
        ports.reject(number, judged.code, judged.path);
        continue;
      }
      accepted += 1;
      spool.add(judged.day, judged);
      facts.push(...judged.facts);
      if (facts.length >= FACTS_HELD) {
        await writeFacts(facts, ports);
        facts = [];
      }
    }
    await writeFacts(facts, ports);
    for (const { day, records } of spool.days()) {
      for await (const object of historyObjects(records, ports.columns)) {
        const isNew = await ports.putObject(object);
        if (isNew) written += object.rows;
        else alreadyThere += object.rows;
        objects += 1;
      }
      ports.progress(`${day}: ${records.length} rows`);
    }
  } finally {
    spool.close();
  }
  return { lines: counted, accepted, rejected, written, alreadyThere, objects };
}
