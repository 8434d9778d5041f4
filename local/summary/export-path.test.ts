import { join, normalize } from "node:path";
import { exportPath, foldersOf } from "./export-path";

const none = new Set<string>();

test("an ordinary key is its own path", () => {
  const key = "data/purchase/event_date=2026-11-22/event_hour=19/event_type=sale/a-1.parquet";
  expect(exportPath(key, none)).toBe(key);
});

test.each([
  "../../etc/passwd",
  "/etc/passwd",
  "a/../../b",
  "a//b",
  "./a",
  "a/.",
  "..",
  "",
  "a\\..\\b",
  "a\0b",
  "é/💥/%2e%2e",
  "a:b*c?",
])("the key %j stays below its folder, with names that any file system takes", (key) => {
  const path = exportPath(key, none);
  expect(normalize(join("/out", path)).startsWith("/out/")).toBe(true);
  expect(path.split("/").every((name) => /^[A-Za-z0-9._=,+@%-]+$/.test(name) && !/^\.+$/.test(name))).toBe(true);
});

test("different keys have different paths", () => {
  const long = "x".repeat(400);
  const keys = [
    "a/b",
    "a//b",
    "a/./b",
    "a%2Fb",
    "a",
    "a/",
    "%",
    "",
    ".",
    "..",
    "%2E",
    `${long}1`,
    `${long}2`,
    "A b",
    "A%20b",
  ];
  const folders = foldersOf(keys);
  expect(new Set(keys.map((key) => exportPath(key, folders))).size).toBe(keys.length);
});

test("a key that is also the folder of another one gets a mark", () => {
  const folders = foldersOf(["a/b", "a/b/c"]);
  expect(exportPath("a/b", folders)).toBe("a/b%object");
  expect(exportPath("a/b/c", folders)).toBe("a/b/c");
});

test("no name is longer than a file system takes", () => {
  expect(
    Math.max(
      ...exportPath(`${"é".repeat(300)}/b`, none)
        .split("/")
        .map((name) => name.length),
    ),
  ).toBeLessThanOrEqual(255);
});
