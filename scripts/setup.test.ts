// The setup asks the right questions of a machine: it executes candidates, says one sentence, and repeats nothing.
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { evaluate } from "./script-fixture";

const project = path.dirname(__dirname);
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "setup-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Puts an executable shell script of this name into the folder that will be the PATH. */
const plant = (name: string, body: string) => {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${body}\n`);
  chmodSync(file, 0o755);
};

/** What an expression over a module gives where the PATH is the planted one. */
const ask = (module: string, expression: string, env: Record<string, string> = {}): unknown =>
  evaluate(module, expression, null, { PATH: folder, ...env });

const python = (version: string, executable: string) =>
  `case "$1" in -c) echo ${version}; echo ${executable};; -m) exit \${NO_PIP:-0};; esac`;

test("a shim that exists and fails is passed over for a Python that works", () => {
  plant("python3.11", "echo 'pyenv: command not found' >&2; exit 127");
  plant("python3", python("3.12", path.join(folder, "python3")));
  expect(ask("find-tools.mjs", "it.findPython()")).toEqual({
    executable: path.join(folder, "python3"),
    version: "3.12",
  });
});

test("PYTHON names the one to take", () => {
  plant("python3.11", python("3.11", path.join(folder, "python3.11")));
  plant("mine", python("3.12", path.join(folder, "mine")));
  expect(ask("find-tools.mjs", "it.findPython()", { PYTHON: path.join(folder, "mine") })).toMatchObject({
    version: "3.12",
  });
});

test("a Python of another version, or without pip, is named and not taken", () => {
  plant("python3", python("3.9", path.join(folder, "python3")));
  plant("python3.12", python("3.12", path.join(folder, "python3.12")));
  expect(ask("find-tools.mjs", "it.findPython()", { NO_PIP: "1" })).toEqual({
    found: "python3.12 has no pip, python3 is 3.9",
  });
});

const java = (version: string, home: string) =>
  `echo "    java.home = ${home}" >&2; echo "    java.specification.version = ${version}" >&2`;

test("only a Java that says it is 17 is taken, JAVA_HOME first", () => {
  plant("java", java("21", "/opt/java-21"));
  expect(ask("find-tools.mjs", "it.findJavaHome(it.javaCandidates())")).toBeNull();
  plant("home/bin/java", java("17", "/opt/java-17"));
  expect(ask("find-tools.mjs", "it.findJavaHome(it.javaCandidates())", { JAVA_HOME: path.join(folder, "home") })).toBe(
    "/opt/java-17",
  );
});

test("1.7 and 170 are not 17", () => {
  for (const version of ["1.7", "170"]) {
    plant("java", java(version, "/opt/java"));
    expect(ask("find-tools.mjs", "it.findJavaHome(it.javaCandidates())")).toBeNull();
  }
});

test("another Java on the machine changes its fingerprint, so that it is asked again", () => {
  plant("java", java("21", "/opt/java-21"));
  const expression = "it.javaFingerprint(it.javaCandidates())";
  const before = ask("find-tools.mjs", expression);
  expect(ask("find-tools.mjs", expression)).toBe(before);
  plant("java", `${java("17", "/opt/java-17")}\n# newer`);
  expect(ask("find-tools.mjs", expression)).not.toBe(before);
});

test.each([
  ["OSError: [Errno 28] No space left on device", "the disk is full"],
  ["npm error code ENOSPC", "the disk is full"],
  ["npm error errno ENOTFOUND", "no way to the package registries"],
  ["  Caused by: dns error: failed to lookup address information", "no way to the package registries"],
  [":: org.apache.hadoop#hadoop-aws;3.3.4: not found\n[unresolved dependency", "no way to the package registries"],
])("%s is told as: %s", (output, sentence) => {
  expect(ask("run-tool.mjs", `it.causeOf(${JSON.stringify(output)})`)).toContain(sentence);
});

test("an error that is neither is not explained away", () => {
  expect(ask("run-tool.mjs", 'it.causeOf("npm error code EUSAGE")')).toBeNull();
});

test("a Node of another version is refused in one sentence, before it loads what it may not be able to read", () => {
  const other = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.13.0' } })";
  const preload = `data:text/javascript,${encodeURIComponent(other)}`;
  // Alone in a folder: whatever else it wanted to load would be missing.
  const alone = path.join(folder, "setup.mjs");
  copyFileSync(path.join(__dirname, "setup.mjs"), alone);
  const { status, stderr } = spawnSync(process.execPath, ["--import", preload, alone], { encoding: "utf8" });
  expect(status).toBe(1);
  expect(stderr.trim()).toBe("Node 20.12 or later, or 22, is needed, and this is Node 18.13.0: install one of them.");
});

describe("what is installed", () => {
  const read = (name: string) => readFileSync(path.join(project, name), "utf8");
  const lock = JSON.parse(read("package-lock.json")) as {
    packages: Record<string, { resolved?: string; inBundle?: boolean; optionalDependencies?: Record<string, string> }>;
  };

  test("no lock or requirement file names a registry", () => {
    expect(Object.values(lock.packages).filter(({ resolved }) => resolved !== undefined)).toEqual([]);
    for (const name of ["airflow", "checkov", "spark", "uv", "java"])
      expect(read(`requirements/${name}.txt`)).not.toMatch(/https?:|--(extra-)?index|--find-links/);
  });

  test("the lock file holds the packages of every platform, so that a clean install works on each", () => {
    const missing = Object.entries(lock.packages).flatMap(([name, { optionalDependencies, inBundle }]) =>
      Object.keys(inBundle ? {} : (optionalDependencies ?? {})).filter(
        (other) => !(`node_modules/${other}` in lock.packages || `${name}/node_modules/${other}` in lock.packages),
      ),
    );
    expect(missing).toEqual([]);
  });

  test("every dependency is pinned exactly", () => {
    const { dependencies, devDependencies } = JSON.parse(read("package.json")) as Record<
      string,
      Record<string, string>
    >;
    const loose = Object.values({ ...dependencies, ...devDependencies }).filter(
      (version) => !/^\d+\.\d+\.\d+$/.test(version),
    );
    expect(loose).toEqual([]);
    for (const name of ["airflow", "checkov", "spark", "uv", "java"]) {
      const packages = read(`requirements/${name}.txt`)
        .split(/\n(?=\S)/)
        .filter((text) => /^[a-z0-9]/i.test(text));
      expect(packages.filter((text) => !/^[\w.[\],-]+==\S+[\s\S]*--hash=sha256:/.test(text))).toEqual([]);
    }
  });
});
