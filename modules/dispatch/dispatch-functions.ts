// The functions of dispatch and how long each may take.

/** A function of dispatch: its folder under `lambdas/`, and the rest of its name. */
export type DispatchFunction = "planner" | "sender" | "callback" | "status" | "sweeper" | "closer" | "reconciler";

/** Seconds after which an invocation is stopped. */
export const TIMEOUT_SECONDS: Readonly<Record<DispatchFunction, number>> = {
  planner: 300,
  sender: 300,
  callback: 10,
  status: 60,
  sweeper: 300,
  closer: 900,
  reconciler: 900,
};
