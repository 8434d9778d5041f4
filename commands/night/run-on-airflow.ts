// One night by hand: wait until Airflow is there, start the run under a name of its own, and watch it if asked.
import { type AirflowCli, CommandFailed, readRows } from "./airflow-cli";
import { dagParametersOf, type NightOptions } from "./night-options";

const DAG_ID = "recommendations_nightly";
const POLL_MS = 30_000;
// MWAA needs up to half an hour to be made or changed.
const LONGEST_WAIT_MS = 45 * 60_000;
const USABLE = "AVAILABLE";
const BECOMING = new Set(["CREATING", "UPDATING", "CREATING_SNAPSHOT", "PENDING", "ROLLING_BACK", "MAINTENANCE"]);
const OPEN = new Set(["queued", "running"]);
const TASK = /^[A-Za-z_]{1,64}$/;

/** What a night by hand reaches out to. */
export interface NightPorts {
  readonly airflow: AirflowCli;
  /** Epoch ms. */
  readonly now: () => number;
  readonly pause: (ms: number) => Promise<void>;
  readonly say: (line: string) => void;
}

/** The run's name: its night and when it was asked for. */
export const runIdOf = (businessDate: string, now: number): string =>
  `by_hand__${businessDate}__${new Date(now).toISOString().replace(/[-:]|\.\d+/g, "")}`;

async function untilUsable({ airflow, now, pause, say }: NightPorts): Promise<void> {
  const until = now() + LONGEST_WAIT_MS;
  for (let said = ""; ; ) {
    const status = (await airflow.status()) ?? "unknown";
    if (status === USABLE) return;
    if (!BECOMING.has(status)) throw new Error(`Airflow's environment is ${status}: nothing can run in it.`);
    if (now() >= until) throw new Error(`Airflow's environment is still ${status} after 45 minutes.`);
    if (status !== said) say(`Airflow's environment is ${status}, waiting for ${USABLE}.`);
    said = status;
    await pause(POLL_MS);
  }
}

type Run = { readonly id: string; readonly state: string };

async function runsOf(airflow: AirflowCli): Promise<readonly Run[]> {
  const rows = readRows(await airflow.run(`dags list-runs ${DAG_ID} --output json`));
  return rows.map(({ run_id, state }) => ({ id: String(run_id), state: String(state) }));
}

/** Starts the run; a lost answer is no second run, because the name is asked for afterwards. */
async function trigger(runId: string, options: NightOptions, { airflow, say }: NightPorts): Promise<void> {
  const conf = JSON.stringify(dagParametersOf(options));
  try {
    await airflow.run(`dags trigger ${DAG_ID} --run-id ${runId} --conf '${conf}' --output json`);
  } catch (error) {
    if (error instanceof CommandFailed) throw new Error(`Airflow refuses the run: ${error.message}`);
    say("The answer to the start was lost; asking whether the run is there.");
    if (!(await runsOf(airflow)).some(({ id }) => id === runId)) throw error;
  }
}

async function tasksOf(airflow: AirflowCli, runId: string): Promise<ReadonlyMap<string, string>> {
  const rows = readRows(await airflow.run(`tasks states-for-dag-run ${DAG_ID} ${runId} --output json`));
  const named = rows.map(({ task_id, state }) => [String(task_id), String(state)] as const);
  return new Map(named.filter(([task, state]) => TASK.test(task) && state !== "None" && state !== ""));
}

/** Follows the run to its end; whether it succeeded. */
async function follow(runId: string, { airflow, pause, say }: NightPorts): Promise<boolean> {
  const said = new Map<string, string>();
  for (;;) {
    const state = (await runsOf(airflow)).find(({ id }) => id === runId)?.state;
    if (state === undefined) throw new Error(`Airflow has no run ${runId} any more.`);
    for (const [task, now] of await tasksOf(airflow, runId)) {
      if (said.get(task) !== now) say(`${task}: ${now}`);
      said.set(task, now);
    }
    if (!OPEN.has(state)) {
      say(`The night is ${state}.`);
      return state === "success";
    }
    await pause(POLL_MS);
  }
}

/** Runs a night in an environment's Airflow; false when it was watched and failed. */
export async function runOnAirflow(options: NightOptions, ports: NightPorts): Promise<boolean> {
  const { airflow, now, say } = ports;
  await untilUsable(ports);
  const ahead = (await runsOf(airflow)).filter(({ state }) => OPEN.has(state));
  const runId = runIdOf(options.businessDate, now());
  await trigger(runId, options, ports);
  say(`Started ${runId}.`);
  if (ahead.length > 0) say(`One night runs at a time: it waits for ${ahead.map(({ id }) => id).join(", ")}.`);
  return options.watch ? follow(runId, ports) : true;
}
