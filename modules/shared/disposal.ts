// Data is destroyed with its stack only when two keys turn: the environment is disposable and the module is told so.
import type { TerraformResourceLifecycle } from "cdktf";
import type { Construct } from "constructs";
import type { Platform } from "./platform";
import { type Rule, refuseAtSynth } from "./rules";

/** The two keys. */
export interface Disposal {
  /** Whether the whole environment may be thrown away. */
  readonly environmentIsDisposable: boolean;
  /** Whether this module's data goes with it. */
  readonly destroyData: boolean;
}

/** The keys of what protects nothing that anybody could miss. */
export const NOTHING_KEPT: Disposal = { environmentIsDisposable: true, destroyData: true };

const RULES: readonly Rule<Disposal>[] = [
  {
    rule: "destroyData is true only where environmentIsDisposable is",
    received: (disposal) => disposal,
    holds: ({ environmentIsDisposable, destroyData }) => environmentIsDisposable || !destroyData,
    remedy: "set destroyData to false: an environment that is not disposable keeps its data",
  },
];

/** The keys as an environment and one of its modules turn them; the second without the first is refused at synth. */
export function turnKeys(scope: Construct, { disposable }: Platform, destroyData: boolean): Disposal {
  const disposal = { environmentIsDisposable: disposable, destroyData };
  refuseAtSynth(scope, "disposal", disposal, RULES);
  return disposal;
}

/** Whether both keys are turned. */
export function isDisposable({ environmentIsDisposable, destroyData }: Disposal): boolean {
  return environmentIsDisposable && destroyData;
}

// What AWS allows: a week where nothing is kept, a month elsewhere.
const KEY_DELETION_DAYS = { disposable: 7, kept: 30 };

/** Days between the end of a key and its deletion, within which it can be brought back. */
export function deletionDays(disposal: Disposal): number {
  return isDisposable(disposal) ? KEY_DELETION_DAYS.disposable : KEY_DELETION_DAYS.kept;
}

/** The lifecycle of what holds data: Terraform refuses to destroy it unless both keys are turned. */
export function dataLifecycle(disposal: Disposal): TerraformResourceLifecycle | undefined {
  return isDisposable(disposal) ? undefined : { preventDestroy: true };
}
