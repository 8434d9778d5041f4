// How long the lake keeps what, in days: each number is as long as somebody needs it, and what is not here is kept.
import type { Expiry } from "../shared/bucket";

/** Expiry by bucket and prefix. */
export const RETENTION: Readonly<Record<"in" | "out" | "artifacts" | "logs", readonly Expiry[]>> = {
  in: [
    // The trainer looks back two years at most; what a shopper bought before that is nobody's business.
    { prefix: "data/", days: 750 },
    // Long enough to mend a contract or a table and replay what it refused.
    { prefix: "errors/", days: 90 },
    { prefix: "quarantine/", days: 90 },
    // A night needs the newest snapshot and the inputs of the nights within its look-back; older ones explain a complaint.
    { prefix: "snapshots/", days: 120 },
    { prefix: "runs/", days: 120 },
  ],
  out: [
    { prefix: "staging/", days: 7 },
    // What was offered and sent can be explained for as long as a shopper may ask.
    { prefix: "data_output/", days: 400 },
    { prefix: "reports/", days: 400 },
  ],
  artifacts: [],
  logs: [
    { prefix: "access/", days: 180 },
    { prefix: "emr/", days: 90 },
    { prefix: "athena/", days: 14 },
  ],
};
