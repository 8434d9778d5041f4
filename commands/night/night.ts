// `npm run night`: runs any night by hand, on an environment's MWAA or on the local run that is kept.
import { MWAAClient } from "@aws-sdk/client-mwaa";
import { DateTime } from "luxon";
import { prefixOf } from "../../bootstrap/place";
import { ENVIRONMENTS } from "../../environments/all";
import { pause } from "../../lambdas/shared/pause";
import { mwaaCli } from "./airflow-cli";
import { readNightOptions } from "./night-options";
import { runLocally } from "./run-locally";
import { runOnAirflow } from "./run-on-airflow";

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const run = async (): Promise<boolean> => {
  const named = (name: string) => ENVIRONMENTS.find((environment) => environment.name === name);
  const todayIn = (name: string): string => DateTime.now().setZone(named(name)?.timeZone).toISODate() ?? "";
  const names = ENVIRONMENTS.map(({ name }) => name);
  const options = readNightOptions(process.argv.slice(2), names, todayIn);
  const { region = "", timeZone = "" } = named(options.environment) ?? {};
  if (options.endpoint !== undefined) return runLocally({ ...options, endpoint: options.endpoint, timeZone }, say);
  const airflow = mwaaCli(new MWAAClient({ region }), prefixOf(options.environment));
  return runOnAirflow(options, { airflow, now: Date.now, pause, say });
};

process.stdout.on("error", () => undefined);

run()
  .then((succeeded) => {
    process.exitCode = succeeded ? 0 : 1;
  })
  .catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
