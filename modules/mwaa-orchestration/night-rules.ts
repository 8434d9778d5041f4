// A night that AWS would refuse to set up, or that could never offer anything, is refused at synth.
import { isWhole, type Rule } from "../shared/rules";
import type { NightSettings } from "./night-configuration";

/** What the rules look at. */
export interface NightSubject {
  readonly night: NightSettings;
}

const CLASSES = ["mw1.micro", "mw1.small", "mw1.medium", "mw1.large", "mw1.xlarge", "mw1.2xlarge"];

/** The rules of a night. */
export const NIGHT_RULES: readonly Rule<NightSubject>[] = [
  {
    rule: "windowDays is a whole number from 1 to 400",
    received: ({ night }) => night.windowDays,
    holds: ({ night }) => isWhole(night.windowDays, 1, 400),
    remedy: "take 56: eight of each weekday",
  },
  {
    rule: "lateLookbackDays is a whole number from 0 to 90",
    received: ({ night }) => night.lateLookbackDays,
    holds: ({ night }) => isWhole(night.lateLookbackDays, 0, 90),
    remedy: "take 14",
  },
  {
    rule: "latePolicy is clip, drop or keep",
    received: ({ night }) => night.latePolicy,
    holds: ({ night }) => ["clip", "drop", "keep"].includes(night.latePolicy),
    remedy: "take clip",
  },
  {
    rule: "offers.minimum is at least 1 and at most offers.k, which is at most 20",
    received: ({ night }) => night.offers,
    holds: ({ night: { offers } }) => isWhole(offers.k, 1, 20) && isWhole(offers.minimum, 1, offers.k),
    remedy: "take k 5 and minimum 3",
  },
  {
    rule: "the cluster has 1–100 core instances",
    received: ({ night }) => night.cluster.coreInstanceCount,
    holds: ({ night }) => isWhole(night.cluster.coreInstanceCount, 1, 100),
    remedy: "take 2 to begin with",
  },
  {
    rule: "instance types are written like m6g.xlarge",
    received: ({ night }) => [night.cluster.masterInstanceType, night.cluster.coreInstanceType],
    holds: ({ night: { cluster } }) =>
      [cluster.masterInstanceType, cluster.coreInstanceType].every((type) => /^[a-z][a-z0-9-]*\.[a-z0-9]+$/.test(type)),
    remedy: "take one that EMR offers in the region",
  },
  {
    rule: `airflow.environmentClass is one of ${CLASSES.join(", ")}`,
    received: ({ night }) => night.airflow.environmentClass,
    holds: ({ night }) => CLASSES.includes(night.airflow.environmentClass),
    remedy: "take mw1.small",
  },
  {
    rule: "airflow has 1–25 workers, mw1.micro exactly 1, minWorkers not over maxWorkers",
    received: ({ night: { airflow } }) => airflow,
    holds: ({ night: { airflow } }) =>
      isWhole(airflow.maxWorkers, 1, airflow.environmentClass === "mw1.micro" ? 1 : 25) &&
      isWhole(airflow.minWorkers, 1, airflow.maxWorkers),
    remedy: "take 1 and 2: one night runs one task at a time",
  },
];
