// One App, one stack per account, synth: what a person applies once, apart from what CI deploys.
import { mkdirSync } from "node:fs";
import { App } from "cdktf";
import { ENVIRONMENTS } from "../environments/all";
import { environmentViolations } from "../environments/environment-rules";
import { checkAll, Refusal } from "../modules/shared/rules";
import { accountsOf, BootstrapStack } from "./bootstrap-stack";

Error.captureStackTrace = () => {};

try {
  const outdir = process.env.CDKTF_OUTDIR ?? "cdktf.out/bootstrap";
  // cdktf makes the last folder only, and in a fresh clone none is there.
  mkdirSync(outdir, { recursive: true });
  const app = new App({ outdir, skipValidation: true });
  for (const account of accountsOf(ENVIRONMENTS)) new BootstrapStack(app, account);
  checkAll(app, environmentViolations(ENVIRONMENTS));
  app.synth();
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
