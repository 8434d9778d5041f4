// GitHub as the scripts know it: a `gh` that answers by what is asked for, and keeps what is asked of it beside that.
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Ended, runScript } from "../script-fixture";

/** What a script asked GitHub to change. */
export interface Asked {
  readonly path: string;
  readonly method: string;
  readonly body: Readonly<Record<string, string>>;
}

export interface Runner {
  /** The working folder of the scripts. */
  readonly folder: string;
  /** Runs a script against a GitHub with these answers by path; asked for anything else it fails. */
  readonly run: (
    script: string,
    args: readonly string[],
    answers: Readonly<Record<string, unknown>>,
    env?: Readonly<Record<string, string>>,
  ) => Ended & { readonly asked: readonly Asked[]; readonly output: string };
  readonly remove: () => void;
}

/** A runner of the repository `own/er` in a folder of its own. */
export function runnerFixture(): Runner {
  const folder = mkdtempSync(path.join(tmpdir(), "runner-"));
  const at = (name: string) => path.join(folder, name);
  const program = `const { appendFileSync, readFileSync } = require("node:fs");
    const words = process.argv.slice(2);
    const asked = words.find((word) => word.startsWith("repos/")).replace("repos/own/er/", "");
    if (words.includes("--method")) {
      const body = JSON.parse(readFileSync(0, "utf8"));
      const method = words[words.indexOf("--method") + 1];
      appendFileSync(${JSON.stringify(at("asked"))}, JSON.stringify({ path: asked, method, body }) + "\\n");
      console.log("{}");
    } else {
      const answers = JSON.parse(readFileSync(${JSON.stringify(at("answers"))}, "utf8"));
      if (!(asked in answers)) { console.error("nothing at " + asked); process.exit(1); }
      console.log(JSON.stringify(answers[asked]));
    }`;
  writeFileSync(at("gh"), `#!${process.execPath}\n${program}\n`);
  chmodSync(at("gh"), 0o755);
  const run: Runner["run"] = (script, args, answers, env = {}) => {
    for (const name of ["asked", "output"]) rmSync(at(name), { force: true });
    writeFileSync(at("answers"), JSON.stringify(answers));
    const ended = runScript(`delivery/${script}`, args, folder, {
      PATH: `${folder}:${process.env.PATH}`,
      GITHUB_OUTPUT: at("output"),
      GITHUB_REPOSITORY: "own/er",
      GITHUB_SERVER_URL: "https://github.com",
      GITHUB_RUN_ID: "7",
      ...env,
    });
    const read = (name: string) => (existsSync(at(name)) ? readFileSync(at(name), "utf8") : "");
    const asked = read("asked").trim().split("\n").filter(Boolean);
    return { ...ended, asked: asked.map((line) => JSON.parse(line) as Asked), output: read("output") };
  };
  return { folder, run, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
