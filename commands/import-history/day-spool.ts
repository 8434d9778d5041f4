// Holds a history of any length in pieces on disk, a file a day, so that what is in memory is one day at a time.
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A record on its way to the lake. */
export interface SpooledRecord {
  readonly folder: string;
  readonly scope: string;
  readonly record: string;
}

const HELD_CHARACTERS = 64 * 1024 * 1024;

/** Records by day, on disk. */
export class DaySpool {
  private readonly root = mkdtempSync(join(tmpdir(), "import-history-"));
  private readonly held = new Map<string, string[]>();
  private characters = 0;

  /** Adds a record; those of a day stay in their order. */
  add(day: string, { folder, scope, record }: SpooledRecord): void {
    const text = `${folder}\t${scope}\t${record}`;
    const lines = this.held.get(day);
    if (lines) lines.push(text);
    else this.held.set(day, [text]);
    this.characters += text.length;
    if (this.characters > HELD_CHARACTERS) this.flush();
  }

  /** The days in order, each with its records. */
  *days(): Generator<{ readonly day: string; readonly records: readonly SpooledRecord[] }> {
    this.flush();
    for (const day of readdirSync(this.root).sort()) {
      const lines = readFileSync(join(this.root, day), "utf8").split("\n").slice(0, -1);
      const records = lines.map((line) => {
        const [folder = "", scope = "", record = ""] = line.split("\t");
        return { folder, scope, record };
      });
      yield { day, records };
    }
  }

  /** Removes everything. */
  close(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  private flush(): void {
    for (const [day, lines] of this.held) appendFileSync(join(this.root, day), lines.join(""), { mode: 0o600 });
    this.held.clear();
    this.characters = 0;
  }
}
