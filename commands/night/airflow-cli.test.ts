// The command line as MWAA serves it, with the Airflow that MWAA runs behind it: what is asked is what it understands.
import { MWAAClient } from "@aws-sdk/client-mwaa";
import { dev } from "../../environments/dev";
import { testConfiguration } from "../../modules/mwaa-orchestration/night-configuration-fixture";
import { type AirflowCli, CommandFailed, mwaaCli, readRows } from "./airflow-cli";
import { type Mwaa, startMwaa } from "./mwaa-fixture";
import { runOnAirflow } from "./run-on-airflow";

jest.setTimeout(180_000);

const NAME = "mercafacil-test";
let mwaa: Mwaa;
let client: MWAAClient;
let cli: AirflowCli;

beforeAll(async () => {
  mwaa = await startMwaa(NAME, testConfiguration());
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  client = new MWAAClient({ endpoint: mwaa.url, region: "sa-east-1", credentials, disableHostPrefix: true });
  cli = mwaaCli(client, NAME, (hostname) => `http://${hostname}`);
});

afterAll(() => {
  client?.destroy();
  mwaa?.stop();
});

test("a night is started in a real Airflow with its date and wishes, and a second one waits for it", async () => {
  const said: string[] = [];
  const say = (line: string) => void said.push(line);
  const night = {
    environment: dev,
    businessDate: "2026-11-22",
    refreeze: true,
    rebuildSnapshots: true,
    supersede: false,
    watch: false,
  };
  let now = Date.parse("2026-11-25T12:00:00Z");
  const ports = { airflow: cli, now: () => now, pause: async () => undefined, say };
  expect(await runOnAirflow(night, ports)).toBe(true);
  now += 1_000;
  expect(await runOnAirflow({ ...night, businessDate: "2026-11-21" }, ports)).toBe(true);
  expect(said).toEqual([
    "Started by_hand__2026-11-22__20261125T120000Z.",
    "Started by_hand__2026-11-21__20261125T120001Z.",
    "One night runs at a time: it waits for by_hand__2026-11-22__20261125T120000Z.",
  ]);
  const first = "by_hand__2026-11-22__20261125T120000Z";
  const tasks = readRows(await cli.run(`tasks states-for-dag-run recommendations_nightly ${first} --output json`));
  expect(tasks.map(({ task_id }) => task_id).sort()).toEqual([
    "Excluir_Cluster_EMR",
    "Gravar_Resultados_No_S3_Out",
    "Processar_Dados_Usando_ML_Spark",
    "Subir_Cluster_EMR",
  ]);
  const conf =
    "from airflow.models import DagRun; from airflow.utils.session import create_session\n" +
    `with create_session() as s: print("CONF", s.query(DagRun).filter(DagRun.run_id == "${first}").one().conf)`;
  expect((await mwaa.python(conf)).stdout).toContain(
    "CONF {'business_date': '2026-11-22', 'refreeze': True, 'rebuild_snapshots': True, 'supersede': False}",
  );
});

test("what Airflow refuses is told in its own words", async () => {
  const refused = cli.run("dags trigger no_such_dag --output json");
  await expect(refused).rejects.toThrow(CommandFailed);
  await expect(refused).rejects.toThrow(/no_such_dag/);
});

test("a web server that cannot be reached, or that is none, is told", async () => {
  const unreachable = mwaaCli(client, NAME, () => "http://127.0.0.1:9");
  await expect(unreachable.run("version")).rejects.toThrow("it is reached from inside its network only");
  const another = mwaaCli(client, NAME, () => `${mwaa.url}/page`);
  await expect(another.run("version")).rejects.toThrow(CommandFailed);
  await expect(mwaaCli(client, "another").status()).rejects.toThrow();
});

test.each([
  ["", "Airflow printed no JSON"],
  ["No data found", "No data found"],
  ["[2026-11-25] only a log line", "only a log line"],
])("%j is no table", (output, sentence) => {
  expect(() => readRows(output)).toThrow(sentence);
});
