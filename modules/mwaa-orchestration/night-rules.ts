// A night that AWS would refuse to set up, or that could never offer anything, is refused at synth.
import { isWhole, type Rule } from "../shared/rules";
import { type Shape, shapeOf } from "./instance-types";
import type { NightSettings } from "./night-configuration";
import { OFFER_POLICY_RULES } from "./offer-policy";

/** What the rules look at. */
export interface NightSubject {
  readonly night: NightSettings;
}

/** EMR makes clusters of more, but then the network and the account's quotas want a look first. */
const MOST_INSTANCES = 100;
/** Types of a fleet with an allocation strategy. https://docs.aws.amazon.com/emr/latest/APIReference/API_InstanceTypeConfig.html */
const MOST_TYPES = 30;
/** The first try of the task that starts the cluster, and its two retries (dags/recommendations_nightly.py). */
const TRIES = 3;

const isListOfTypes = (list: readonly string[]) =>
  isWhole(list.length, 1, MOST_TYPES) && distinct(list) === list.length;

const distinct = (values: readonly string[]) => new Set(values).size;

const shapesOf = (types: readonly string[]): Shape[] => types.flatMap((type) => shapeOf(type) ?? []);

const sizeOf = ({ vcpus, memoryGib }: Shape) => `${vcpus} vCPUs, ${memoryGib} GiB`;

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
  ...OFFER_POLICY_RULES,
  {
    rule: `coreInstances.least is at least 1 and at most coreInstances.most, which is at most ${MOST_INSTANCES}`,
    received: ({ night }) => night.cluster.coreInstances,
    holds: ({ night: { cluster } }) =>
      isWhole(cluster.coreInstances.most, 1, MOST_INSTANCES) &&
      isWhole(cluster.coreInstances.least, 1, cluster.coreInstances.most),
    remedy: "take least 1 and most 8 to begin with",
  },
  {
    rule: `instanceTypes are 1–3 lists of 1–${MOST_TYPES} different types`,
    received: ({ night }) => night.cluster.instanceTypes,
    holds: ({ night: { cluster } }) =>
      isWhole(cluster.instanceTypes.length, 1, TRIES) && cluster.instanceTypes.every(isListOfTypes),
    remedy: `take two lists of three types: a cluster is tried ${TRIES} times, each time with the next list`,
  },
  {
    rule: "each of instanceTypes is of the families c, m or r, from the fifth generation and xlarge on",
    received: ({ night }) => night.cluster.instanceTypes.flat().filter((type) => !shapeOf(type)),
    holds: ({ night }) => night.cluster.instanceTypes.flat().every(shapeOf),
    remedy:
      "take types such as m6g.xlarge that EMR offers in the region: the size is worked out from what the name says",
  },
  {
    rule: "all of instanceTypes have one number of vCPUs and one size of memory",
    received: ({ night }) => night.cluster.instanceTypes,
    // What has no shape is told by the rule above.
    holds: ({ night }) => distinct(shapesOf(night.cluster.instanceTypes.flat()).map(sizeOf)) <= 1,
    remedy: "replace those that differ: Spark's memory is cut for one kind of machine",
  },
  {
    rule: "the types of one list have one processor architecture",
    received: ({ night }) => night.cluster.instanceTypes,
    holds: ({ night }) =>
      night.cluster.instanceTypes.every((list) => distinct(shapesOf(list).map((shape) => shape.architecture)) <= 1),
    remedy: "put Graviton's (such as m6g) in one list and the others in another: one cluster starts from one image",
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
