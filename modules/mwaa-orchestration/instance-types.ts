// What an instance type's name says of it: AWS names its general, compute and memory families by one scheme.

/** A machine as the cluster's size is worked out from it. */
export interface Shape {
  readonly vcpus: number;
  readonly memoryGib: number;
  readonly architecture: "arm64" | "x86_64";
}

/** GiB of memory a vCPU, by family. https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html */
const GIB_PER_VCPU: Readonly<Record<string, number>> = { c: 2, m: 4, r: 8 };

const VCPUS_OF_XLARGE = 4;

/** Family, generation, attributes, and how many times an xlarge: EMR takes nothing smaller. */
const NAME = /^([cmr])([5-9])([a-z]*)\.(\d*)xlarge$/;

/** The shape of a type of the families c, m and r from the fifth generation on; undefined for what is none. */
export function shapeOf(type: string): Shape | undefined {
  const [, family = "", , attributes = "", times = ""] = NAME.exec(type) ?? [];
  const perVcpu = GIB_PER_VCPU[family];
  if (perVcpu === undefined) return undefined;
  const vcpus = VCPUS_OF_XLARGE * Number(times || 1);
  return { vcpus, memoryGib: vcpus * perVcpu, architecture: attributes.startsWith("g") ? "arm64" : "x86_64" };
}
