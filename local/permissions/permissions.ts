// `npm run permissions`: takes each permission of each role out in turn, and prints which part failed without it, which
// no run can exercise (docs/not-proven-on-aws.md), and which nothing needs.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endWith } from "../night/end-with";
import { findTools, type Tools } from "../night/tools";
import { startStage } from "../stage/stage";
import { guardScenarios } from "./guard-scenarios";
import { ingestionScenarios } from "./ingestion-scenarios";
import { partOf, permissionsOf } from "./permission";
import { type Proof, provePart } from "./prove";
import { sendingScenarios } from "./sending-scenarios";
import { settlingScenarios } from "./settling-scenarios";
import { permissionTable, type Row } from "./table";
import { isAbout, readUnproven } from "./unproven";

const scenarios = [...ingestionScenarios, ...sendingScenarios, ...settlingScenarios, ...guardScenarios];

/** Roles whose scenarios are Airflow's and Spark's own tests, and where those are. */
const NIGHT_PROOFS: readonly (readonly [part: string, python: keyof Tools, file: string, scenario: string])[] = [
  ["airflow", "airflowPython", "dags/test_permissions.py", "plays a night"],
  ["emr-nodes", "sparkPython", "local/permissions/test_cluster_role.py", "runs the Spark job"],
];

/** The proofs of every function, schedule and delivery stream; every other permission comes without one. */
const proveHere = async (): Promise<readonly Proof[]> => {
  const stage = await startStage();
  try {
    const proofs: Proof[] = [];
    for (const part of new Set(scenarios.map(({ role }) => role))) {
      process.stderr.write(`${part} …\n`);
      proofs.push(...(await provePart(stage, part, scenarios)));
    }
    const rest = permissionsOf(stage.standIns.platform.access)
      .map((permission) => ({ ...permission, part: partOf(permission.role) }))
      .filter(({ part }) => !scenarios.some(({ role }) => role === part));
    return [...proofs, ...rest];
  } finally {
    await stage.close();
  }
};

/** What Airflow's and Spark's tests have proved, as they report it. */
const proveTheNight = async (tools: Tools): Promise<ReadonlyMap<string, string>> => {
  const folder = mkdtempSync(join(tmpdir(), "permission-proofs-"));
  const report = join(folder, "proofs.jsonl");
  writeFileSync(report, "");
  const proved = new Map<string, string>();
  try {
    for (const [part, python, file, scenario] of NIGHT_PROOFS) {
      process.stderr.write(`${part} …\n`);
      const child = spawn(tools[python], ["-m", "pytest", "-q", file], {
        cwd: tools.root,
        env: { ...process.env, JAVA_HOME: tools.javaHome, PERMISSION_PROOFS: report },
        stdio: ["ignore", "ignore", "inherit"],
      });
      await once(child, "exit");
      for (const line of readFileSync(report, "utf8").split("\n").filter(Boolean)) {
        const { part: of, statement, action } = JSON.parse(line) as Record<string, string | number>;
        if (of === part) proved.set(`${of} ${statement} ${action}`, scenario);
      }
    }
    return proved;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const main = async (options: readonly string[]): Promise<boolean> => {
  const unknown = options.find((option) => option !== "--json");
  if (unknown !== undefined) throw new Error(`Unknown argument '${unknown}': npm run permissions [-- --json]`);
  const tools = await findTools();
  const proofs = await proveHere();
  // Without the night's own roles: what `npm test` asks for, whose other parts prove those.
  const isHereOnly = options.includes("--json");
  const ofTheNight = isHereOnly ? new Map<string, string>() : await proveTheNight(tools);
  const unproven = readUnproven(tools.root);
  const rows = proofs.map((proof): Row => {
    const { part, statement, action, resources } = proof;
    const row = unproven.find((each) => isAbout(each, part, proof));
    const by = proof.failed?.scenario ?? ofTheNight.get(`${part} ${statement} ${action}`);
    return { part, action, resources, ...(by !== undefined && { by }), ...(row && { unproven: row.why }) };
  });
  process.stdout.write(isHereOnly ? `${JSON.stringify(rows)}\n` : `${permissionTable(rows)}\n`);
  return rows.every(({ by, unproven: why }) => (by === undefined) !== (why === undefined));
};

void endWith(() => main(process.argv.slice(2)));
