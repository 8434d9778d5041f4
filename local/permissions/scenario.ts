// What a scenario is: a part does its whole work under its role, and the scenario throws unless all of it was done.
import type { Stage } from "../stage/stage";

/** A part at work. */
export interface Scenario {
  /** The end of the role's name, after `mercafacil-<environment>-`. */
  readonly role: string;
  /** What is done. */
  readonly name: string;
  /** The actions that it is run for, before those scenarios that are run for all. */
  readonly actions?: readonly string[];
  /** Throws unless everything was done. */
  run(stage: Stage): Promise<void>;
}

/** Throws with what was expected and what was seen instead. */
export const expectSame = (what: string, seen: unknown, expected: unknown): void => {
  const [one, other] = [JSON.stringify(seen), JSON.stringify(expected)];
  if (one !== other) throw new Error(`${what} is ${one} instead of ${other}`);
};

/** Does the work and throws unless the function has written its log meanwhile. */
export const logged = async (stage: Stage, handler: string, work: () => Promise<void>): Promise<void> => {
  const before = stage.logSize(handler);
  await work();
  if (stage.logSize(handler) <= before) throw new Error(`${handler} wrote no log`);
};
