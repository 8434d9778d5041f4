import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { playedBatches, scanEventsFile } from "./events-file";
import { nightInstants } from "./played-instants";

const night = nightInstants("2026-11-22", "America/Sao_Paulo");
const now = Date.parse("2026-11-23T12:00:00Z");
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "events-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const scan = (content: string | Buffer) => {
  const file = join(folder, "events.jsonl");
  writeFileSync(file, content);
  return scanEventsFile(file, now);
};
const line = (chain: string, contract: string, occurred: string, more = "") =>
  `{"chain":"${chain}","contract":"${contract}","event":{"occurred_at":"${occurred}"${more}}}`;
const played = async (content: string | Buffer) => [
  ...playedBatches(await scan(content), night ?? (undefined as never)),
];

test("every line that is not blank is accounted for: carriage returns, a mark, no last line feed, bytes that are no text", async () => {
  const found = await scan(
    Buffer.concat([
      Buffer.from(`\uFEFF${line("a", "x", "2026-11-20T10:00:00-03:00")}\r\n\r\n  \nnot json\n`),
      Buffer.from([0xff, 0xfe, 0x0a]),
      Buffer.from(line("b", "x", "2026-11-21T10:00:00-03:00")),
    ]),
  );
  expect(found).toMatchObject({ posted: 4, unusable: 2, chains: ["a", "b"] });
  expect(found.newestOccurred).toBe(Date.parse("2026-11-21T10:00:00-03:00"));
});

test("the newest time that counts has an offset, is a real date, and is not after now", async () => {
  const { newestOccurred } = await scan(
    [
      "2036-01-01T00:00:00Z",
      "2026-11-23T10:00:00",
      "2026-02-30T10:00:00Z",
      "2026-11-23T09:00:00-03:00",
      "2026-11-23T12:00:00.001Z",
    ]
      .map((time) => line("a", "x", time))
      .join("\n"),
  );
  expect(newestOccurred).toBe(now);
  expect((await scan("nothing\n")).newestOccurred).toBeUndefined();
});

test("lines are played in the order of their instants, and in the file's order within one", async () => {
  const batches = await played(
    [
      line("a", "x", "2026-11-21T10:00:00Z", ',"n":1'),
      line("a", "x", "2026-11-20T10:00:00Z", ',"n":2'),
      line("a", "x", "2026-11-21T07:00:00-03:00", ',"n":3'),
    ].join("\n"),
  );
  expect(batches.map(({ events }) => events.map((event) => JSON.parse(event).n))).toEqual([[2], [1, 3]]);
  expect(batches.map(({ instant }) => new Date(instant).toISOString())).toEqual([
    "2026-11-20T10:00:01.000Z",
    "2026-11-21T10:00:01.000Z",
  ]);
});

test("a batch holds one chain, contract and instant, at most 500 events and a megabyte", async () => {
  const at = "2026-11-20T10:00:00Z";
  const many = await played(Array.from({ length: 1100 }, () => line("a", "x", at)).join("\n"));
  expect(many.map(({ events }) => events.length)).toEqual([500, 500, 100]);
  const mixed = await played(
    [line("a", "x", at), line("b", "x", at), line("b", "y", at), line("b", "y", at)].join("\n"),
  );
  expect(mixed.map(({ chain, contract, events }) => [chain, contract, events.length])).toEqual([
    ["a", "x", 1],
    ["b", "x", 1],
    ["b", "y", 2],
  ]);
  const large = await played(
    Array.from({ length: 3 }, () => line("a", "x", at, `,"p":"${"x".repeat(400_000)}"`)).join("\n"),
  );
  expect(large.map(({ events }) => events.length)).toEqual([2, 1]);
});

test("a hundred thousand lines are read in order, across the reader's chunks", async () => {
  const lines = Array.from({ length: 100_000 }, (_, n) => line("a", `c${n % 7}`, "2026-11-20T10:00:00Z", `,"n":${n}`));
  const found = await scan(lines.join("\n"));
  expect(found.posted).toBe(100_000);
  let inOrder = 0;
  for (const { events } of playedBatches(found, night ?? (undefined as never)))
    for (const event of events) if (event.endsWith(`"n":${inOrder}}`)) inOrder += 1;
  expect(inOrder).toBe(100_000);
});
