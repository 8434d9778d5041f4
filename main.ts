// One App, one stack per environment, synth: nothing else. `main.js ENV…` takes these environments only.
import { App } from "cdktf";
import { ENVIRONMENTS } from "./environments/all";
import { chosen, synthesizePlatform } from "./environments/synthesize";
import { Refusal } from "./modules/shared/rules";

// cdktf would note where every token was made, which nothing here prints: an eighth of the synth.
Error.captureStackTrace = () => {};

try {
  const wanted = chosen(ENVIRONMENTS, process.argv.slice(2));
  // All stacks are judged before the first is written.
  synthesizePlatform(new App({ skipValidation: true }), ENVIRONMENTS, wanted);
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
