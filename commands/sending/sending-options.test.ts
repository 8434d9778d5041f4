import { ENVIRONMENTS } from "../../environments/all";
import { readSendingOptions } from "./sending-options";

const read = (line: string) => readSendingOptions(line.split(" "), ENVIRONMENTS);

test.each([
  ["stop --env prod", { kind: "stop" }],
  ["go --env prod", { kind: "go" }],
  ["pause --chain azul --env prod", { kind: "pause", chain: "azul" }],
  ["budget --brl 99.50 --env prod", { kind: "budget", dailyBrl: 99.5 }],
  ["show --date 2026-11-23 --env prod", { kind: "show", date: "2026-11-23" }],
])("%s", (line, command) => {
  expect(read(line)).toMatchObject({ command, environment: { name: "prod" } });
});

test.each([
  ["halt --env prod", "expected one command"],
  ["stop go --env prod", "expected one command"],
  ["stop", "--env: received none"],
  ["stop --env prd", "--env: received prd"],
  ["stop --env prod --chain azul", "stop takes no --chain"],
  ["stop --env local", "--endpoint is"],
  ["stop --env prod --endpoint http://127.0.0.1:1", "--endpoint is"],
  ["pause --env prod", "--chain: received none"],
  ["allow --chain Azul --env prod", "--chain: received Azul"],
  ["budget --env prod", "--brl: received none"],
  ["budget --brl 1e9 --env prod", "--brl: received 1e9"],
  ["budget --brl 2000000 --env prod", "--brl: received 2000000"],
  ["budget --brl=-5 --env prod", "--brl: received -5"],
  ["show --date 2026-02-30 --env prod", "--date: received 2026-02-30"],
])("%s is refused with one sentence", (line, sentence) => {
  expect(() => read(line)).toThrow(sentence);
});
