import { ENVIRONMENTS } from "../../environments/all";
import { readReplayOptions } from "./replay-options";

const read = (line: string) => readReplayOptions(line.split(" "), ENVIRONMENTS);
const DAYS = "--from 2026-11-20 --to 2026-11-21";

test("days, and what is chosen of them", () => {
  expect(read(`--env prod ${DAYS} --chain azul --reason SCHEMA --dry-run`)).toMatchObject({
    environment: { name: "prod" },
    ...{ from: "2026-11-20", to: "2026-11-21", chain: "azul", reason: "SCHEMA", dryRun: true },
  });
  expect(read(`--env prod ${DAYS}`)).not.toHaveProperty("chain");
});

test.each([
  [`${DAYS}`, "--env: received none"],
  [`--env prod --from 2026-11-20`, "--to: received none"],
  [`--env prod --from 2026-11-22 --to 2026-11-21`, "which is after"],
  [`--env prod ${DAYS} --chain Azul`, "--chain: received Azul"],
  [`--env prod ${DAYS} --reason toString`, "--reason: received toString"],
  [`--env local ${DAYS}`, "--endpoint is"],
  [`--env local ${DAYS} --endpoint http://127.0.0.1:1`, "--firehose is"],
  [`--env prod ${DAYS} --firehose http://127.0.0.1:1`, "--firehose is"],
])("%s is refused with one sentence", (line, sentence) => {
  expect(() => read(line)).toThrow(sentence);
});
