import { readFileSync } from "node:fs";
import { join } from "node:path";
import { FINDING_WORDS } from "./finding-words";
import { FINDINGS } from "./reconciliation";

test("operators read the same words in docs/operations.md as on the day's page", () => {
  const page = readFileSync(join(__dirname, "..", "..", "docs", "operations.md"), "utf8");
  const section = page.split("## What a day came to\n")[1]!.split(/^## /m)[0]!;
  const rows = [...section.matchAll(/^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm)].map(([, ...cells]) => cells);
  const told = FINDINGS.map((kind) => FINDING_WORDS[kind]).map(({ name, means, first }) => [name, means, first]);
  expect(rows).toEqual([["Does not fit", "Means", "First"], ...told]);
});
