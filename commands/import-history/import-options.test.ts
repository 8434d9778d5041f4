import { ENVIRONMENTS } from "../../environments/all";
import { readImportOptions } from "./import-options";

const read = (line: string) => readImportOptions(line.split(" ").filter(Boolean), ENVIRONMENTS);

test("an import is of one file into one environment", () => {
  expect(read("old.jsonl --env dev")).toMatchObject({ file: "old.jsonl", environment: { name: "dev" } });
});

test.each([
  ["--env dev", "One file is needed"],
  ["a b --env dev", "One file is needed"],
  ["a", "--env: received none"],
  ["a --env prd", "known are local, dev, staging, prod"],
  ["a --env local", "--endpoint is"],
])("%j is refused with one sentence", (line, sentence) => {
  expect(() => read(line)).toThrow(sentence);
});
