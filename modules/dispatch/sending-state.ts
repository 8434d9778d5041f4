// What sending remembers and what operators decide: the ledger of every line, the control table, Twilio's secret.
import { Construct } from "constructs";
import { DataKey, type KeyRef } from "../shared/data-key";
import type { Disposal } from "../shared/disposal";
import type { SecretRef } from "../shared/grants";
import type { Platform } from "../shared/platform";
import { EmptySecret } from "../shared/secret";
import { Table } from "../shared/table";
import { controlItem } from "./control-item";

/** Index of the ledger by day, chain and a hash of the shopper: a day's report needs no scan. */
export const LEDGER_INDEX = { name: "by_day", partitionKey: "day_shard" };
/** Index of the claims that are not settled, by day and a hash, oldest first: a row leaves it when it is settled. */
export const OPEN_CLAIMS_INDEX = { name: "by_open", partitionKey: "open_shard", sortKey: "claimed_at" };

export interface SendingStateProps {
  readonly platform: Platform;
  /** Reais that may be spent on one offer date until an operator says otherwise. */
  readonly dailyBudgetBrl: number;
  readonly disposal: Disposal;
}

/** The tables and the secret of sending. */
export class SendingState extends Construct {
  /** The key that it lies under. */
  readonly key: KeyRef;
  readonly ledger: Table;
  readonly control: Table;
  readonly twilio: SecretRef;

  constructor(scope: Construct, id: string, { platform, dailyBudgetBrl, disposal }: SendingStateProps) {
    super(scope, id);
    const { prefix } = platform;
    const key = new DataKey(this, {
      platform,
      key: "sending",
      description: "ledger, switches and Twilio's token",
      disposal,
    });
    this.key = key;
    this.ledger = new Table(this, {
      prefix,
      table: "ledger",
      partitionKey: "claim",
      indexes: [LEDGER_INDEX, OPEN_CLAIMS_INDEX],
      key,
      disposal,
    });
    this.control = new Table(this, { prefix, table: "control", partitionKey: "id", key, disposal });
    controlItem(this, this.control, "kill_switch", { on: { BOOL: false } });
    controlItem(this, this.control, "budget", { daily_brl: { N: String(dailyBudgetBrl) } });
    const description = 'Twilio account: {"account_sid": "AC…", "auth_token": "…"}';
    this.twilio = new EmptySecret(this, { prefix, secret: "twilio", description, key, disposal });
  }
}
