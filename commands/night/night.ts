// `npm run night`: runs any night by hand, on an environment's MWAA or on the local run that is kept.
import { MWAAClient } from "@aws-sdk/client-mwaa";
import { DateTime } from "luxon";
import { prefixOf } from "../../bootstrap/place";
import { ENVIRONMENTS } from "../../environments/all";
import { pause } from "../../lambdas/shared/pause";
import { runCommand, say } from "../run-command";
import { mwaaCli } from "./airflow-cli";
import { readNightOptions } from "./night-options";
import { runLocally } from "./run-locally";
import { runOnAirflow } from "./run-on-airflow";

const run = async (): Promise<boolean> => {
  const todayIn = (timeZone: string): string => DateTime.now().setZone(timeZone).toISODate() ?? "";
  const options = readNightOptions(process.argv.slice(2), ENVIRONMENTS, todayIn);
  const { name, region, timeZone } = options.environment;
  if (options.endpoint !== undefined) return runLocally({ ...options, endpoint: options.endpoint, timeZone }, say);
  const airflow = mwaaCli(new MWAAClient({ region }), prefixOf(name));
  return runOnAirflow(options, { airflow, now: Date.now, pause, say });
};

runCommand(run);
