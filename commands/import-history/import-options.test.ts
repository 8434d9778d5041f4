import { readImportOptions } from "./import-options";

const read = (line: string) => readImportOptions(line.split(" ").filter(Boolean), ["local", "dev"]);

test("an import is of one file into one environment", () => {
  expect(read("old.jsonl --env dev")).toEqual({ file: "old.jsonl", environment: "dev" });
});

test.each([
  ["--env dev", "One file and --env are needed"],
  ["a b --env dev", "One file and --env are needed"],
  ["a", "One file and --env are needed"],
  ["a --env prd", "known are local, dev"],
  ["a --env local", "--endpoint is"],
])("%j is refused with one sentence", (line, sentence) => {
  expect(() => read(line)).toThrow(sentence);
});
