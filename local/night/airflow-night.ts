// Runs the night as MWAA would: the DAGs synced from the artifacts bucket, the synthesized Airflow configuration,
// a logical date of D 23:00, and the played instant as the run's `now`.
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { GetObjectCommand, paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { DateTime } from "luxon";
import type { StandInClients } from "../apply/aws-stand-in-clients";
import type { AirflowEnvironment } from "../loader/platform";
import { isObject } from "../loader/stack";
import { childEnvironment } from "./child-environment";
import { NightError } from "./night-error";
import type { Processes } from "./processes";
import { openLog } from "./run-log";
import type { Tools } from "./tools";
import type { Workspace } from "./workspace";

const DAG_ID = "recommendations_nightly";

/** Copies every object below the DAG prefix, as MWAA's workers do. */
export const syncDags = async (clients: StandInClients, airflow: AirflowEnvironment, folder: string): Promise<void> => {
  const pages = paginateListObjectsV2({ client: clients.s3 }, { Bucket: airflow.bucket, Prefix: airflow.dagPrefix });
  for await (const page of pages) {
    for (const { Key = "" } of page.Contents ?? []) {
      const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket: airflow.bucket, Key }));
      const file = join(folder, Key.slice(airflow.dagPrefix.length));
      if (!file.startsWith(`${folder}/`)) throw new Error(`the key ${Key} lies outside of the DAG folder`);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, (await Body?.transformToByteArray()) ?? "");
    }
  }
};

/** What one run of the DAG is told. */
export interface DagRun {
  /** D 23:00, epoch ms; a run by hand has none. */
  readonly logicalDate?: number;
  /** The run's parameters, as the DAG names them. */
  readonly conf: Readonly<Record<string, string | boolean>>;
  readonly timeZone: string;
  readonly region: string;
  readonly awsUrl: string;
  /** Told now and then what has happened so far. */
  readonly tick: (detail: string) => void;
}

const TICK_MILLISECONDS = 1_000;

// The task that the log names last.
const lastTask = (logFile: string): string => {
  const names = readFileSync(logFile, "utf8").match(
    /Subir_Cluster_EMR|Processar_Dados_Usando_ML_Spark|Gravar_Resultados_No_S3_Out|Excluir_Cluster_EMR/g,
  );
  return names?.at(-1) ?? "Airflow starts";
};

const sentenceOf = (resultFile: string): string => {
  if (!existsSync(resultFile)) return "it ended without a result";
  const result: unknown = JSON.parse(readFileSync(resultFile, "utf8"));
  if (!isObject(result)) return "it ended without a result";
  const tasks = isObject(result.tasks) ? Object.entries(result.tasks) : [];
  const failed = tasks.filter(([, state]) => state === "failed").map(([task]) => task);
  const where = failed.length > 0 ? `${failed.join(", ")} failed` : `the run is ${String(result.state)}`;
  return typeof result.error === "string" && result.error !== "" ? result.error : where;
};

const everyTaskSucceeded = (resultFile: string): boolean => {
  const { tasks } = JSON.parse(readFileSync(resultFile, "utf8")) as { tasks?: Record<string, string> };
  const states = Object.values(tasks ?? {});
  return states.length > 0 && states.every((state) => state === "success");
};

/** An instant (epoch ms) as RFC 3339 in a time zone. */
export const isoIn = (zone: string, instant: number): string => DateTime.fromMillis(instant, { zone }).toISO() ?? "";

/** Runs the DAG once. Throws NightError with the failing task and its own sentence. */
export const runNight = async (
  tools: Tools,
  workspace: Workspace,
  processes: Processes,
  airflow: AirflowEnvironment,
  run: DagRun,
): Promise<void> => {
  const home = join(workspace.work, "airflow");
  const resultFile = join(workspace.work, "dag-result.json");
  const logFile = join(workspace.logs(), "airflow.log");
  const log = openLog(logFile);
  const { logicalDate, timeZone } = run;
  const dated = logicalDate === undefined ? "none" : isoIn(timeZone, logicalDate);
  const child = processes.start(
    tools.airflowPython,
    [
      join(tools.root, "local/airflow/run_dag.py"),
      ...["--home", home, "--cache", join(tools.root, ".local/airflow")],
      ...["--dags", join(workspace.work, "dags"), "--dag-id", DAG_ID],
      ...["--logical-date", dated, "--conf", JSON.stringify(run.conf)],
      ...["--configuration", JSON.stringify(airflow.configuration), "--result", resultFile],
    ],
    {
      cwd: workspace.work,
      env: childEnvironment({
        AWS_ENDPOINT_URL: run.awsUrl,
        AWS_ACCESS_KEY_ID: airflow.role,
        AWS_SECRET_ACCESS_KEY: "local",
        AWS_DEFAULT_REGION: run.region,
        AWS_REGION: run.region,
        AWS_EC2_METADATA_DISABLED: "true",
        AWS_CONFIG_FILE: "/dev/null",
        AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
        PYTHONUNBUFFERED: "1",
        TMPDIR: workspace.work,
      }),
      stdio: ["pipe", log.descriptor, log.descriptor],
    },
  );
  const timer = setInterval(() => run.tick(lastTask(logFile)), TICK_MILLISECONDS);
  const [code] = (await once(child, "exit").finally(() => clearInterval(timer))) as [number | null];
  log.close();
  if (code !== 0) throw new NightError(`The night failed: ${sentenceOf(resultFile)}`);
  // A run before the DAG's start date ends well without a single task.
  if (!everyTaskSucceeded(resultFile))
    throw new NightError(`The night of ${dated} ran no task to its end; is it before the DAG's start date?`);
};
