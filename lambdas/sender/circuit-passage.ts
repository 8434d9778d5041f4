// What an open circuit lets through: one probe of all workers at a time; the lines beside it wait a little for what
// becomes of it, and what the probe's end tells is told to all.
import type { Circuit, CircuitSeen } from "../shared/circuit";
import type { TwilioOutcome } from "./twilio-outcome";

/** What a line may do now: go, as a probe when it has that number; look again shortly; or be left for a later run. */
export type Passage =
  | { readonly kind: "go"; readonly probe: number | undefined }
  | { readonly kind: "wait" }
  | { readonly kind: "leave" };

/** How often, and with what pause, a line looks whether another one's probe has closed the circuit. */
const PROBE_LOOKS = 12;
export const PROBE_PAUSE_MS = 1_000;

/** Asks for passage at an instant (epoch ms), for a line that has waited so many times. */
export async function passage(
  { circuitOpen, circuitUntil, circuitProbing }: CircuitSeen,
  circuit: Pick<Circuit, "takeProbe">,
  now: number,
  waited: number,
): Promise<Passage> {
  if (!circuitOpen) return { kind: "go", probe: undefined };
  if (now >= circuitUntil) {
    const probe = await circuit.takeProbe(circuitUntil, now);
    if (probe !== undefined) return { kind: "go", probe };
  } else if (!circuitProbing) return { kind: "leave" };
  return waited < PROBE_LOOKS ? { kind: "wait" } : { kind: "leave" };
}

/**
 * Tells the circuit what an outcome says of the account: undefined is a line that came to no request. True when the
 * circuit is open by a refusal. Only Twilio's taking a probe closes it; a probe that met its line's own fault lets the
 * next one go at once.
 */
export async function reportOutcome(
  outcome: TwilioOutcome | undefined,
  probe: number | undefined,
  refusalsSeen: number,
  circuit: Circuit,
  now: number,
): Promise<boolean> {
  if (outcome?.kind === "accepted") {
    if (probe !== undefined) await circuit.close(probe, now);
    else if (refusalsSeen > 0) await circuit.forgetRefusals();
    return false;
  }
  const open = outcome?.kind === "stop_run" && (await circuit.refuse("answer", outcome.code, now));
  const told = outcome !== undefined && outcome.kind !== "rejected";
  if (probe !== undefined) await circuit.endProbe(probe, told ? probe : now);
  return open;
}
