// Every permission of every function, schedule and delivery stream is needed: without it, its part fails.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { repositoryRoot } from "../lambda/repository-root";
import { permissionTable, type Row } from "./table";
import { readUnproven } from "./unproven";

jest.setTimeout(600_000);

// Proved by Airflow's and Spark's own tests.
const OF_THE_NIGHT = ["airflow", "emr-nodes"];
const FUNCTIONS = [
  ...["authorizer", "collector", "planner", "sender", "callback", "status", "sweeper", "closer", "reconciler"],
  ...["reaper", "deadline"],
];

let rows: readonly Row[];
beforeAll(async () => {
  const program = join(repositoryRoot(), "dist/local/permissions/permissions.js");
  const child = spawn(process.execPath, [program, "--json"], { stdio: ["ignore", "pipe", "pipe"] });
  let [printed, said] = ["", ""];
  child.stdout.on("data", (text) => {
    printed += text;
  });
  child.stderr.on("data", (text) => {
    said += text;
  });
  await once(child, "close");
  if (!printed.startsWith("[")) throw new Error(`the proofs failed:\n${said}`);
  rows = JSON.parse(printed) as readonly Row[];
});

const named = (found: readonly Row[]) =>
  found.map(({ part, action, resources }) => `${part} ${action} ${resources[0]}`);

test("each permission is exercised, or the docs say why no run can", () => {
  const idle = rows.filter(({ part, by, unproven }) => by === undefined && !unproven && !OF_THE_NIGHT.includes(part));
  expect(named(idle)).toEqual([]);
});

test("the docs call nothing unproven that is proved", () => {
  expect(named(rows.filter(({ by, unproven }) => by !== undefined && unproven !== undefined))).toEqual([]);
});

test("each action that the docs list is one of the role's", () => {
  const stale = readUnproven(repositoryRoot()).filter(
    (listed) =>
      !rows.some(({ part, action, unproven }) => part === listed.part && action === listed.action && unproven),
  );
  expect(stale.map(({ part, action }) => `${part} ${action}`)).toEqual([]);
});

test("at least four in five permissions of functions and of the Spark job are exercised", () => {
  const own = rows.filter(({ part }) => FUNCTIONS.includes(part) || part === "emr-nodes");
  // Spark's own tests fail unless each that the docs do not list is exercised.
  const exercised = own.filter(({ part, unproven }) => part !== "emr-nodes" || unproven === undefined);
  expect(exercised.length / own.length).toBeGreaterThanOrEqual(0.8);
});

test.each(FUNCTIONS)("%s has nothing but exercised permissions", (part) => {
  const own = rows.filter((row) => row.part === part);
  expect(own.length).toBeGreaterThan(2);
  expect(named(own.filter(({ by }) => by === undefined))).toEqual([]);
});

test("the table tells the three states apart and sums them", () => {
  const base = { part: "sender", action: "s3:GetObject", resources: ["arn:aws:s3:::out/*", "b", "c", "d"] };
  const table = permissionTable([{ ...base, by: "sends" }, { ...base, unproven: "AWS asks" }, base]);
  expect(table).toContain("exercised: sends");
  expect(table).toContain("not proven: AWS asks");
  expect(table).toContain("NOT NEEDED");
  expect(table).toContain("2 more");
  expect(table).toContain("3 permissions: 1 exercised, 1 not proven, 1 not needed");
  expect(table).toContain("3 of functions, schedules and the Spark job: 1 exercised");
});
