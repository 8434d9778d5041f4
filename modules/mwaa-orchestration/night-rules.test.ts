import { violations } from "../shared/rules";
import type { NightSettings } from "./night-configuration";
import { NIGHT_RULES } from "./night-rules";

const night: NightSettings = {
  windowDays: 56,
  lateLookbackDays: 14,
  latePolicy: "clip",
  offers: { k: 5, minimum: 3 },
  cluster: { masterInstanceType: "m6g.xlarge", coreInstanceType: "m6g.xlarge", coreInstanceCount: 2 },
  airflow: { environmentClass: "mw1.small", minWorkers: 1, maxWorkers: 2 },
};

const broken = (change: Partial<NightSettings>): string[] =>
  violations("night", { night: { ...night, ...change } }, NIGHT_RULES);

test("a night that AWS can set up passes", () => {
  expect(broken({})).toEqual([]);
});

test.each<[string, Partial<NightSettings>, string]>([
  ["no window", { windowDays: 0 }, "windowDays"],
  ["a negative look-back", { lateLookbackDays: -1 }, "lateLookbackDays"],
  ["an unknown late policy", { latePolicy: "ignore" as "clip" }, "latePolicy"],
  ["a minimum over k", { offers: { k: 2, minimum: 3 } }, "offers.minimum"],
  ["no core instance", { cluster: { ...night.cluster, coreInstanceCount: 0 } }, "core instances"],
  ["an instance type without a size", { cluster: { ...night.cluster, coreInstanceType: "m6g" } }, "instance types"],
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
