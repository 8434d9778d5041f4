// When Twilio refuses the whole account no line is to blame: a few such refusals, counted over all workers, open the
// circuit; then one message at a time may try, and the first that Twilio takes closes it.
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { conditionalUpdate, type PlainUpdate } from "./conditional-update";
import type { Row } from "./dynamo-items";

/** Refusals, counted over all workers, at which the circuit opens. */
export const REFUSALS_THAT_OPEN = 3;

/** How long nothing is tried once the circuit is open, and after each probe that did not go through. */
export const COOLING_MS = 5 * 60_000;

/**
 * Codes that refuse the account or its configuration, in an answer or in a receipt: credentials, suspension, balance,
 * a template that is needed, a sender number that is not the account's, a full queue.
 * Source: https://www.twilio.com/docs/api/errors
 */
const ACCOUNT_CODES: ReadonlySet<number> = new Set([20003, 20005, 20403, 30002, 63016, 21606, 21611, 21659, 21660]);

/** Whether a code of Twilio's refuses the whole account. */
export const isAccountCode = (code: number): boolean => ACCOUNT_CODES.has(code);

/** What the control table says of the circuit; instants are epoch ms. */
export type CircuitSeen = {
  /** Twilio refused the whole account and has accepted nothing since. */
  readonly circuitOpen: boolean;
  /** Nothing is tried before this instant; 0 while the circuit is closed. */
  readonly circuitUntil: number;
  /** Somebody's probe is on its way. */
  readonly circuitProbing: boolean;
  /** Refusals in answers since the last accepted message. */
  readonly circuitRefusals: number;
};

/** Where a refusal was read: an accepted message is evidence against an answer, not against a receipt. */
export type RefusalSource = "answer" | "receipt";

/** The circuit as all workers share it. Instants are epoch ms. */
export type Circuit = {
  /** Counts a refusal of the account; true when the circuit is open by it, or was. */
  readonly refuse: (source: RefusalSource, code: string, now: number) => Promise<boolean>;
  /** An accepted message: what answers refused before it counts no more. An open circuit is not closed by it. */
  readonly forgetRefusals: () => Promise<void>;
  /** Takes the one try that an open circuit allows after `seenUntil`; its number, or undefined when another has it. */
  readonly takeProbe: (seenUntil: number, now: number) => Promise<number | undefined>;
  /** The probe told nothing about the account: the next may go at `nextAt`. */
  readonly endProbe: (probe: number, nextAt: number) => Promise<void>;
  /** Twilio took the probe: the circuit is closed. */
  readonly close: (probe: number, now: number) => Promise<void>;
};

/** What the row of the circuit means; no row is a closed circuit. */
export function circuitOf(row: Row | undefined): CircuitSeen {
  const open = row?.on === true;
  return {
    circuitOpen: open,
    circuitUntil: open ? Number(row?.until) : 0,
    circuitProbing: open && row?.probing === true,
    circuitRefusals: Number(row?.answer_refusals ?? 0),
  };
}

const NAMES = { "#on": "on", "#until": "until" };
/** That probe is the one on its way: each has its own end of cooling as its number. */
const IS_PROBE = "#on = :on AND probing = :on AND #until = :probe";

/** The circuit in the control table of DynamoDB. */
export function dynamoCircuit(db: DynamoDBClient, table: string): Circuit {
  const update = (input: Omit<PlainUpdate, "key">) =>
    conditionalUpdate(db, table, { key: { id: "circuit" }, ...input });

  return {
    async refuse(source, code, now) {
      const count = `${source}_refusals`;
      const counted = await update({
        UpdateExpression: "SET code = :code, refused_at = :now ADD #count :one",
        ExpressionAttributeNames: { "#count": count },
        values: { ":code": code, ":now": now, ":one": 1 },
        ReturnValues: "ALL_NEW",
      });
      const { on, [count]: refusals } = counted?.Attributes ?? {};
      const open = on?.BOOL === true;
      if (!open && Number(refusals?.N) < REFUSALS_THAT_OPEN) return false;
      // Of an open circuit only its probe's cooling matters, which began with the probe.
      await update({
        UpdateExpression: "SET #on = :on, opened_at = :now, #until = :until, probing = :off",
        ConditionExpression: "attribute_not_exists(#on) OR #on = :off",
        ExpressionAttributeNames: NAMES,
        values: { ":on": true, ":off": false, ":now": now, ":until": now + COOLING_MS },
      });
      return true;
    },

    async forgetRefusals() {
      await update({
        UpdateExpression: "SET answer_refusals = :none",
        ConditionExpression: "attribute_not_exists(#on) OR #on = :off",
        ExpressionAttributeNames: { "#on": "on" },
        values: { ":none": 0, ":off": false },
      });
    },

    async takeProbe(seenUntil, now) {
      const probe = now + COOLING_MS;
      const taken = await update({
        UpdateExpression: "SET #until = :probe, probing = :on",
        ConditionExpression: "#on = :on AND #until = :seen",
        ExpressionAttributeNames: NAMES,
        values: { ":on": true, ":seen": seenUntil, ":probe": probe },
      });
      return taken && probe;
    },

    async endProbe(probe, nextAt) {
      await update({
        UpdateExpression: "SET #until = :next, probing = :off",
        ConditionExpression: IS_PROBE,
        ExpressionAttributeNames: NAMES,
        values: { ":on": true, ":off": false, ":probe": probe, ":next": nextAt },
      });
    },

    async close(probe, now) {
      await update({
        UpdateExpression:
          "SET #on = :off, closed_at = :now, probing = :off, answer_refusals = :none, receipt_refusals = :none",
        ConditionExpression: IS_PROBE,
        ExpressionAttributeNames: NAMES,
        values: { ":on": true, ":off": false, ":probe": probe, ":now": now, ":none": 0 },
      });
    },
  };
}
