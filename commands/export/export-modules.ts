// All plain modules of an environment are synthesized and judged before the first is written.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import type { Environment } from "../../environments/environment";
import { environmentViolations } from "../../environments/environment-rules";
import { checkAll } from "../../modules/shared/rules";
import { SOURCE_ROOT } from "../../modules/shared/source-root";
import { EXPORTED_MODULES } from "./exported-modules";
import { writePlainModule } from "./plain-module";

/**
 * Writes one folder a module below `out`; throws one Refusal that names whatever is wrong with the environment.
 * @param sourceRoot where shipped files lie, when that is not this package
 */
export function exportModules(environment: Environment, out: string, sourceRoot?: string): readonly string[] {
  const scratch = mkdtempSync(join(tmpdir(), "mercafacil-export-"));
  try {
    const context = sourceRoot === undefined ? {} : { [SOURCE_ROOT]: sourceRoot };
    const app = new App({ outdir: scratch, context, skipValidation: true });
    for (const [name, fill] of Object.entries(EXPORTED_MODULES)) {
      const stack = new TerraformStack(app, name);
      new AwsProvider(stack, "aws", { region: environment.region });
      fill(stack, environment);
    }
    checkAll(app, environmentViolations([environment]));
    app.synth();
    const names = Object.keys(EXPORTED_MODULES);
    for (const name of names) writePlainModule(join(scratch, "stacks", name), join(out, name));
    return names;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
