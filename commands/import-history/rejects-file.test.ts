import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openRejects } from "./rejects-file";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rejects-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("rejected lines stand beside the file by number, code and place, those of an earlier import gone", () => {
  const file = join(folder, "old.jsonl");
  writeFileSync(`${file}.rejected.tsv`, "of an earlier import\n");
  const rejects = openRejects(file);
  rejects.add(3, "SCHEMA", "/items");
  rejects.add(7, "LINE", "");
  rejects.close();
  expect(readFileSync(rejects.path, "utf8")).toBe("3\tSCHEMA\t/items\n7\tLINE\t\n");
});

test("a place that cannot be written is told at once, in one sentence", () => {
  const file = join(folder, "not-there", "old.jsonl");
  expect(() => openRejects(file)).toThrow(`${file}.rejected.tsv cannot be written (ENOENT)`);
});
