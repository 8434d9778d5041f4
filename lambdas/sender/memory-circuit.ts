// The circuit in memory for tests of sending: what the control table's conditions do, done at once.
import { type Circuit, type CircuitSeen, COOLING_MS, REFUSALS_THAT_OPEN } from "../shared/circuit";

/** The circuit's row. */
export type MemoryCircuit = { -readonly [K in keyof CircuitSeen]: CircuitSeen[K] } & { receiptRefusals: number };

/** A circuit that nothing has happened to. */
export const closedCircuit = (): MemoryCircuit => ({
  circuitOpen: false,
  circuitUntil: 0,
  circuitProbing: false,
  circuitRefusals: 0,
  receiptRefusals: 0,
});

/** The circuit over such a row. */
export function memoryCircuit(circuit: MemoryCircuit): Circuit {
  const isProbe = (probe: number) => circuit.circuitProbing && circuit.circuitUntil === probe;
  return {
    async refuse(source, _code, now) {
      const refusals = source === "answer" ? ++circuit.circuitRefusals : ++circuit.receiptRefusals;
      if (!circuit.circuitOpen && refusals >= REFUSALS_THAT_OPEN) {
        Object.assign(circuit, { circuitOpen: true, circuitUntil: now + COOLING_MS, circuitProbing: false });
      }
      return circuit.circuitOpen;
    },
    async forgetRefusals() {
      if (!circuit.circuitOpen) circuit.circuitRefusals = 0;
    },
    async takeProbe(seenUntil, now) {
      if (!circuit.circuitOpen || circuit.circuitUntil !== seenUntil) return undefined;
      Object.assign(circuit, { circuitUntil: now + COOLING_MS, circuitProbing: true });
      return circuit.circuitUntil;
    },
    async endProbe(probe, nextAt) {
      if (isProbe(probe)) Object.assign(circuit, { circuitUntil: nextAt, circuitProbing: false });
    },
    async close(probe) {
      if (isProbe(probe)) Object.assign(circuit, closedCircuit());
    },
  };
}
