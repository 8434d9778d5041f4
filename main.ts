// One App, one stack per environment, synth: nothing else.
import { App } from "cdktf";
import { dev } from "./environments/dev";
import { checkEnvironments } from "./environments/environment";
import { local } from "./environments/local";
import { PlatformStack } from "./environments/platform-stack";
import { checkAll, Refusal } from "./modules/shared/rules";

const environments = [local, dev];

// cdktf would note where every token was made, which nothing here prints: an eighth of the synth.
Error.captureStackTrace = () => {};

try {
  checkEnvironments(environments);
  // checkAll judges every stack before the first is written.
  const app = new App({ skipValidation: true });
  for (const environment of environments) new PlatformStack(app, environment);
  checkAll(app);
  app.synth();
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
