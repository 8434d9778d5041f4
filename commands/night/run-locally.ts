// A night by hand on one machine: the kept run's AWS stand-in, and an Airflow of its own that runs the synced DAG.
import { join } from "node:path";
import { createStandInClients } from "../../local/apply/aws-stand-in-clients";
import { loadAirflow } from "../../local/loader/load-platform";
import { runNight, syncDags } from "../../local/night/airflow-night";
import { NightError } from "../../local/night/night-error";
import { createProcesses } from "../../local/night/processes";
import { ACCOUNT_ID } from "../../local/night/stand-ins";
import { synthesizeLocal } from "../../local/night/synthesize";
import { findTools } from "../../local/night/tools";
import { openWorkspace } from "../../local/night/workspace";
import { dagParametersOf, type NightOptions } from "./night-options";

/** A night on the run that is kept at `endpoint`. */
export type LocalNight = NightOptions & { readonly endpoint: string; readonly timeZone: string };

const nothing = () => {
  throw new NightError("A night by hand needs nothing of this.");
};

/**
 * Runs the night to its end; false, with Airflow's sentence said, when it failed.
 * One night of a kept run at a time: a second one is refused, as MWAA lets it wait.
 */
export async function runLocally(night: LocalNight, say: (line: string) => void): Promise<boolean> {
  const tools = await findTools();
  const port = new URL(night.endpoint).port;
  const workspace = openWorkspace(join(tools.root, ".local/nights", `by-hand-${port}`));
  const processes = createProcesses();
  const stop = (signal: NodeJS.Signals) => () => {
    void processes.endAll().then(() => {
      workspace.close();
      process.exit(signal === "SIGINT" ? 130 : 143);
    });
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop(signal));
  try {
    const stack = await synthesizeLocal(tools, workspace, processes);
    const { region } = stack;
    const airflow = loadAirflow(stack, {
      accountId: ACCOUNT_ID,
      region,
      awsUrl: night.endpoint,
      twilioUrl: "",
      apiUrl: nothing,
      createdArns: new Map(),
    });
    const clients = createStandInClients(night.endpoint, region, airflow.role);
    await syncDags(clients, airflow, join(workspace.work, "dags"));
    clients.destroy();
    let said = "";
    await runNight(tools, workspace, processes, airflow, {
      conf: dagParametersOf(night),
      timeZone: night.timeZone,
      region,
      awsUrl: night.endpoint,
      tick: (task) => {
        if (night.watch && task !== said) say(task);
        said = task;
      },
    });
    say(`The night of ${night.businessDate} is published.`);
    return true;
  } catch (error) {
    if (!(error instanceof NightError)) throw error;
    say(error.message);
    const logs = workspace.keepLogs();
    if (logs !== undefined) say(`Logs: ${logs}`);
    return false;
  } finally {
    await processes.endAll();
    workspace.close();
  }
}
