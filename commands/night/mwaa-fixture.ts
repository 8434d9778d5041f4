// MWAA as `npm run night` meets it: its API and its web server on loopback, and behind them the real Airflow that
// MWAA runs, with the DAG of this repository.
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ENVIRONMENTS } from "../../environments/all";
import { repositoryRoot } from "../../local/lambda/repository-root";
import { shippedFiles } from "../../modules/shared/files";

type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** MWAA with one environment. */
export interface Mwaa {
  readonly url: string;
  /** Runs a program in Airflow's Python. */
  readonly python: (program: string) => Promise<Ended>;
  readonly stop: () => void;
}

const textOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
};

/** Words as a shell splits them, single quotes only. */
const wordsOf = (command: string): string[] =>
  [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");

/** Starts it with `configuration` as the DAG's own. */
export async function startMwaa(environment: string, configuration: object): Promise<Mwaa> {
  const root = repositoryRoot();
  const home = mkdtempSync(join(tmpdir(), "mwaa-"));
  const dags = join(home, "dags");
  mkdirSync(dags);
  for (const file of shippedFiles(join(root, "dags"))) cpSync(join(root, "dags", file), join(dags, file));
  writeFileSync(join(dags, "recommendations_nightly.json"), JSON.stringify(configuration));
  const env = {
    ...process.env,
    AIRFLOW_HOME: home,
    AIRFLOW__CORE__DAGS_FOLDER: dags,
    AIRFLOW__CORE__LOAD_EXAMPLES: "False",
    AIRFLOW__DATABASE__SQL_ALCHEMY_CONN: `sqlite:///${join(home, "airflow.db")}`,
    AIRFLOW__DATABASE__LOAD_DEFAULT_CONNECTIONS: "False",
    // Airflow's DAG processor and workers look beside a DAG for its modules.
    PYTHONPATH: dags,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_DEFAULT_REGION: ENVIRONMENTS[0]?.region,
  };
  const python = (args: readonly string[]) =>
    new Promise<Ended>((resolve) => {
      const child = spawn(join(root, ".local/python/airflow/bin/python"), args, { env });
      let stdout = "";
      let stderr = "";
      child.stdout.on("data", (chunk) => {
        stdout += chunk;
      });
      child.stderr.on("data", (chunk) => {
        stderr += chunk;
      });
      child.on("close", (code) => resolve({ code, stdout, stderr }));
    });
  const airflow = (args: readonly string[]) => python(["-m", "airflow", ...args]);
  for (const args of [
    ["db", "migrate"],
    ["dags", "reserialize"],
  ]) {
    const { code, stderr } = await airflow(args);
    if (code !== 0) throw new Error(`airflow ${args.join(" ")}: ${stderr}`);
  }

  let token = "";
  const server = createServer(async (request, response) => {
    const body = await textOf(request);
    const answer = (status: number, document: object) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(document));
    const asked = `${request.method} ${request.url}`;
    if (asked === `GET /environments/${environment}`) return answer(200, { Environment: { Status: "AVAILABLE" } });
    if (asked === `POST /clitoken/${environment}`) {
      token = randomUUID();
      const { port } = server.address() as AddressInfo;
      return answer(200, { CliToken: token, WebServerHostname: `127.0.0.1:${port}` });
    }
    if (asked !== "POST /aws_mwaa/cli") return answer(404, { message: "The resource is not available." });
    if (request.headers.authorization !== `Bearer ${token}`) return answer(403, { message: "Forbidden" });
    const { code, stdout, stderr } = await airflow(wordsOf(body));
    const base64 = (text: string) => Buffer.from(text).toString("base64");
    answer(code === 0 ? 200 : 400, { stdout: base64(stdout), stderr: base64(stderr) });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    python: (program) => python(["-c", program]),
    stop() {
      server.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
