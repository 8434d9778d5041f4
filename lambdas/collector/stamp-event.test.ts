import type { ContractSummary } from "../../contracts/contract-summary";
import { createTokenizer } from "../shared/tokens";
import { timeStamper } from "./local-time";
import { commonStamps, stampEvent, type ValidEvent } from "./stamp-event";

const contract: ContractSummary = {
  name: "delivery",
  major: 3,
  scope: "v3/delivery",
  eventTypes: ["left"],
  personal: {},
  partitions: ["zone", "network"],
  timestamps: [["due_at"], ["stops", "*", "seen_at"], ["van", "checked_at"], ["pings", "*"]],
  fieldNames: [],
};
const context = {
  contract,
  tenantId: "azul",
  tokenOf: createTokenizer(Buffer.alloc(32)),
  receivedAtMs: 0,
  commonStamps: commonStamps("azul", "2026-11-22T22:45:00.000Z", contract),
  timeStamps: timeStamper("America/Sao_Paulo", "minute"),
};
const event: ValidEvent = {
  event_id: "7F0D3C5E-3D0E-4A53-9A9D-4A3C1B2D5E6F",
  event_type: "left",
  occurred_at: "2026-11-22t19:30:59.123999-03:00",
  network: "blue",
  due_at: "2026-11-22T20:00:00-03:00",
  stops: [{ seen_at: "2026-11-23T00:00:00+00:00", note: "x" }, { note: "y" }],
  van: { checked_at: "2026-11-22T12:00:00-05:00" },
  pings: ["2026-11-22T12:00:00Z"],
};

describe("stamping", () => {
  it("writes every time of a contract in UTC, inside objects and arrays too", () => {
    expect(JSON.parse(stampEvent(event, context).text)).toEqual({
      event_id: "7f0d3c5e-3d0e-4a53-9a9d-4a3c1b2d5e6f",
      event_type: "left",
      occurred_at: "2026-11-22T22:30:59.123Z",
      network: "blue",
      due_at: "2026-11-22T23:00:00.000Z",
      stops: [{ seen_at: "2026-11-23T00:00:00.000Z", note: "x" }, { note: "y" }],
      van: { checked_at: "2026-11-22T17:00:00.000Z" },
      pings: ["2026-11-22T12:00:00.000Z"],
      tenant_id: "azul",
      received_at: "2026-11-22T22:45:00.000Z",
      schema_version: 3,
      zone: "none",
      event_date: "2026-11-22",
      event_hour: "19",
      event_minute: "30",
    });
  });

  it("leaves the event as it was sent, and gives the same text again", () => {
    const before = structuredClone(event);
    expect(stampEvent(event, context).text).toBe(stampEvent(event, context).text);
    expect(event).toEqual(before);
  });
});
