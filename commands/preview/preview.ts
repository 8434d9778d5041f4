// `npm run preview`: what a chain's shopper would read, without sending anything.
import { DateTime } from "luxon";
import { ENVIRONMENTS } from "../../environments/all";
import { runCommand, say } from "../run-command";
import { previewMessage, readPreviewOptions } from "./preview-message";

runCommand(async () => {
  const today = DateTime.now().toISODate();
  const options = readPreviewOptions(process.argv.slice(2), ENVIRONMENTS, today);
  for (const line of previewMessage(options, options.environment.sending)) say(line);
});
