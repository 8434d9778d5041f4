import { dev } from "../../environments/dev";
import { CommandFailed } from "./airflow-cli";
import type { NightOptions } from "./night-options";
import { type NightPorts, runOnAirflow } from "./run-on-airflow";

const NIGHT: NightOptions = {
  environment: dev,
  businessDate: "2026-11-22",
  refreeze: false,
  rebuildSnapshots: false,
  supersede: false,
  watch: true,
};
const NOW = Date.parse("2026-11-25T12:00:00Z");
const RUN = "by_hand__2026-11-22__20261125T120000Z";

/** Airflow with its runs as data; every pause moves the clock and then the run on. */
function world(options: { statuses?: string[]; others?: string[]; end?: string; answer?: Error } = {}) {
  const { statuses = ["AVAILABLE"], others = [], end = "success", answer } = options;
  const said: string[] = [];
  const commands: string[] = [];
  const runs = others.map((state, index) => ({ run_id: `scheduled__${index}`, state }));
  let now = NOW;
  const ports: NightPorts = {
    airflow: {
      status: async () => (statuses.length > 1 ? statuses.shift() : statuses[0]) as never,
      async run(command) {
        commands.push(command);
        if (command.startsWith("dags trigger")) {
          if (answer instanceof CommandFailed) throw answer;
          if (answer?.message !== "never arrived") runs.push({ run_id: RUN, state: "queued" });
          if (answer) throw answer;
        }
        const mine = runs.find(({ run_id }) => run_id === RUN)?.state;
        const rows = command.startsWith("tasks")
          ? [
              { task_id: "Subir_Cluster_EMR", state: mine === "queued" ? "None" : "success" },
              { task_id: "Processar_Dados_Usando_ML_Spark", state: mine === "queued" ? "" : (mine ?? "") },
            ]
          : runs;
        return `[2026-11-25] a warning that is no JSON\n${JSON.stringify(rows)}\n`;
      },
    },
    now: () => now,
    async pause(ms) {
      now += ms;
      const mine = runs.find(({ run_id }) => run_id === RUN);
      if (mine) mine.state = mine.state === "queued" ? "running" : end;
    },
    say: (line) => said.push(line),
  };
  return { ports, said, commands, runs };
}

test("a night is started once under its own name and watched to its end", async () => {
  const { ports, said, commands } = world();
  expect(await runOnAirflow(NIGHT, ports)).toBe(true);
  expect(commands.filter((command) => command.startsWith("dags trigger"))).toEqual([
    `dags trigger recommendations_nightly --run-id ${RUN} --conf '{"business_date":"2026-11-22","refreeze":false,"rebuild_snapshots":false,"supersede":false}' --output json`,
  ]);
  expect(said).toEqual([
    `Started ${RUN}.`,
    "Subir_Cluster_EMR: success",
    "Processar_Dados_Usando_ML_Spark: running",
    "Processar_Dados_Usando_ML_Spark: success",
    "The night is success.",
  ]);
});

test("a watched night that fails says which task failed, and ends as failed", async () => {
  const { ports, said } = world({ end: "failed" });
  expect(await runOnAirflow(NIGHT, ports)).toBe(false);
  expect(said.slice(-2)).toEqual(["Processar_Dados_Usando_ML_Spark: failed", "The night is failed."]);
});

test("without --watch it is started and left", async () => {
  const { ports, said } = world({ others: ["running", "success"] });
  expect(await runOnAirflow({ ...NIGHT, watch: false }, ports)).toBe(true);
  expect(said).toEqual([`Started ${RUN}.`, "One night runs at a time: it waits for scheduled__0."]);
});

test("an environment that is being changed is waited for", async () => {
  const { ports, said } = world({ statuses: ["UPDATING", "UPDATING", "AVAILABLE"] });
  expect(await runOnAirflow({ ...NIGHT, watch: false }, ports)).toBe(true);
  const [waited, started] = said;
  expect(waited).toBe("Airflow's environment is UPDATING, waiting for AVAILABLE.");
  expect(started).toBe("Started by_hand__2026-11-22__20261125T120100Z.");
});

test.each([
  ["CREATE_FAILED", "Airflow's environment is CREATE_FAILED: nothing can run in it."],
  ["UPDATING", "Airflow's environment is still UPDATING after 45 minutes."],
])("an environment that stays %s is told", async (status, sentence) => {
  const { ports, commands } = world({ statuses: [status] });
  await expect(runOnAirflow(NIGHT, ports)).rejects.toThrow(sentence);
  expect(commands).toEqual([]);
});

test("a lost answer to the start is no second start", async () => {
  const lost = world({ answer: new Error("timed out") });
  expect(await runOnAirflow(NIGHT, lost.ports)).toBe(true);
  expect(lost.runs).toHaveLength(1);
  const never = world({ answer: new Error("never arrived") });
  await expect(runOnAirflow(NIGHT, never.ports)).rejects.toThrow("never arrived");
  const refused = world({ answer: new CommandFailed("DagNotFound") });
  await expect(runOnAirflow(NIGHT, refused.ports)).rejects.toThrow("Airflow refuses the run: DagNotFound");
});
