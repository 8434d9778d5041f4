// `npm run preview`: what a chain's shopper would read, without sending anything.
import { DateTime } from "luxon";
import { ENVIRONMENTS } from "../../environments/all";
import { previewMessage, readPreviewOptions } from "./preview-message";

try {
  const today = DateTime.now().toISODate();
  const names = ENVIRONMENTS.map(({ name }) => name);
  const options = readPreviewOptions(process.argv.slice(2), names, today);
  const environment = ENVIRONMENTS.find(({ name }) => name === options.environment);
  if (!environment) throw new Error(`There is no environment ${options.environment}.`);
  for (const line of previewMessage(options, environment.sending)) process.stdout.write(`${line}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
