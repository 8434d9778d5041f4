import { violations } from "../shared/rules";
import type { NightSettings } from "./night-configuration";
import { NIGHT_RULES } from "./night-rules";

const night: NightSettings = {
  windowDays: 56,
  lateLookbackDays: 14,
  latePolicy: "clip",
  offers: { "*": { k: 5, minimum: 3, fixed: [], excluded: [], maxPerDepartment: 3, staleAfterDays: 365 } },
  cluster: {
    instanceTypes: [
      ["m6g.xlarge", "m7g.xlarge"],
      ["m6i.xlarge", "m5.xlarge"],
    ],
    coreInstances: { least: 1, most: 8 },
  },
  airflow: { environmentClass: "mw1.small", minWorkers: 1, maxWorkers: 2 },
};

const broken = (change: Partial<NightSettings>): string[] =>
  violations("night", { night: { ...night, ...change } }, NIGHT_RULES);

function coreInstances(least: number, most: number): Partial<NightSettings> {
  return { cluster: { ...night.cluster, coreInstances: { least, most } } };
}

function types(...instanceTypes: string[][]): Partial<NightSettings> {
  return { cluster: { ...night.cluster, instanceTypes } };
}

test("a night that AWS can set up passes", () => {
  expect(broken({})).toEqual([]);
});

test.each<[string, Partial<NightSettings>, string]>([
  ["no window", { windowDays: 0 }, "windowDays"],
  ["a negative look-back", { lateLookbackDays: -1 }, "lateLookbackDays"],
  ["an unknown late policy", { latePolicy: "ignore" as "clip" }, "latePolicy"],
  ["a minimum over k", { offers: { "*": { ...night.offers["*"], minimum: 6 } } }, "offers.minimum"],
  ["no core instance", coreInstances(0, 2), "coreInstances.least"],
  ["a smallest cluster over the largest", coreInstances(3, 2), "coreInstances.least"],
  ["a cluster of 101", coreInstances(1, 101), "coreInstances.least"],
  ["half a machine", coreInstances(1, 1.5), "coreInstances.least"],
  ["no list of types", types(), "instanceTypes are 1–3 lists"],
  ["an empty list of types", types(["m6g.xlarge"], []), "instanceTypes are 1–3 lists"],
  ["four lists, of which one is never tried", types(...Array(4).fill(["m6g.xlarge"])), "instanceTypes are 1–3 lists"],
  ["a type twice in a list", types(["m6g.xlarge", "m6g.xlarge"]), "instanceTypes are 1–3 lists"],
  ["an instance type without a size", types(["m6g.xlarge", "m6g"]), "families c, m or r"],
  ["a type that EMR finds too small", types(["m6g.large"]), "families c, m or r"],
  ["twice the vCPUs in the second list", types(["m6g.xlarge"], ["m6i.2xlarge"]), "one size of memory"],
  ["twice the memory in a list", types(["m6g.xlarge", "r6g.xlarge"]), "one size of memory"],
  ["Graviton and Intel in a list", types(["m6g.xlarge", "m6i.xlarge"]), "one processor architecture"],
  [
    "an Airflow class that is none",
    { airflow: { ...night.airflow, environmentClass: "mw2.small" } },
    "environmentClass",
  ],
  ["fewer workers at most than at least", { airflow: { ...night.airflow, minWorkers: 3 } }, "workers"],
  [
    "two workers of the class that has one",
    { airflow: { environmentClass: "mw1.micro", minWorkers: 1, maxWorkers: 2 } },
    "workers",
  ],
  ["26 workers", { airflow: { ...night.airflow, maxWorkers: 26 } }, "workers"],
])("%s is refused, by that rule alone", (_, change, rule) => {
  const found = broken(change);
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(rule);
});
