// What the modules of scripts/ give: they are ES modules, which the tests' CommonJS cannot load, so each question is a
// process of its own.
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const BYTES = 1 << 28;

/**
 * The value of an expression in which `it` is the module and `given` the input; both ways as JSON.
 * @param module a file below scripts/
 * @param env the process's environment, this one's if absent
 */
export function evaluate(module: string, expression: string, given: unknown = null, env = process.env): unknown {
  const file = join(__dirname, module);
  const code = `import { readFileSync } from "node:fs";
    import * as it from ${JSON.stringify(file)};
    const given = JSON.parse(readFileSync(0, "utf8"));
    console.log(JSON.stringify(await (${expression})) ?? "null");`;
  const input = JSON.stringify(given);
  const args = ["--input-type=module", "--eval", code];
  const options = { input, env, encoding: "utf8", maxBuffer: BYTES } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, args, options);
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

/** How a script ended, and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly said: string;
}

/** Runs a script of scripts/ to its end. */
export function runScript(module: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Ended {
  const command = [join(__dirname, module), ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd, env, encoding: "utf8" });
  return { code: status, said: stdout + stderr };
}
