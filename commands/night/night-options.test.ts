import { ENVIRONMENTS } from "../../environments/all";
import { readNightOptions } from "./night-options";

const read = (line: string) => readNightOptions(line.split(" "), ENVIRONMENTS, () => "2026-11-25");

test("a night is of a day and an environment, and does no more than it is told", () => {
  expect(read("--env dev --date 2026-11-25")).toMatchObject({
    environment: { name: "dev" },
    businessDate: "2026-11-25",
    refreeze: false,
    rebuildSnapshots: false,
    supersede: false,
    watch: false,
  });
  expect(
    read(
      "--env local --date 2024-02-29 --endpoint http://127.0.0.1:4566 --refreeze --rebuild-snapshots --supersede --watch",
    ),
  ).toMatchObject({
    environment: { name: "local" },
    businessDate: "2024-02-29",
    refreeze: true,
    rebuildSnapshots: true,
    supersede: true,
    watch: true,
    endpoint: "http://127.0.0.1:4566",
  });
});

test.each([
  ["--env dev", "--date: received none"],
  ["--date 2026-11-25", "--env: received none"],
  ["--env prd --date 2026-11-25", "known are local, dev, staging, prod"],
  ["--env dev --date 2026-11-26", "after today (2026-11-25)"],
  ["--env dev --date 2025-02-29", "received 2025-02-29, expected yyyy-MM-dd"],
  ["--env dev --date 25/11/2026", "received 25/11/2026, expected yyyy-MM-dd"],
  ["--env dev --date 2026-W47-1", "received 2026-W47-1, expected yyyy-MM-dd"],
  ["--env local --date 2026-11-25", "--endpoint is"],
  ["--env dev --date 2026-11-25 --endpoint http://127.0.0.1:1", "--endpoint is"],
  ["--env local --date 2026-11-25 --endpoint http://10.0.0.1:1", "--endpoint is"],
  ["--env dev --date 2026-11-25 --yes", "Unknown option"],
])("%j is refused with one sentence", (line, sentence) => {
  expect(() => read(line)).toThrow(sentence);
});
