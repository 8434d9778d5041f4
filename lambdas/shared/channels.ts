// The channels of a chain in the order in which they are tried, and when a failure on one lets the next one try: only a
// failure that says for good that this shopper cannot be reached there.
// Codes: https://www.twilio.com/docs/api/errors

/** How a shopper can be reached. */
export type Channel = "sms" | "whatsapp";

/** Every channel. */
export const CHANNELS: readonly Channel[] = ["sms", "whatsapp"];

/** The channels of chains, by chain; `*` stands for every other chain. */
export type ChannelOrders = ReadonlyMap<string, readonly Channel[]>;

/**
 * Codes that end a channel for a shopper. What is wrong with the number everywhere (21211), what may pass (30003, 30008,
 * 63018), what WhatsApp decides for some days (63049) and what is a STOP (21610, 63014) is none of them.
 */
const NOT_REACHED_BY: Readonly<Record<Channel, ReadonlySet<number>>> = {
  // 21614: no mobile number. 30005: unknown to the carrier. 30006: a landline, or a carrier that takes no messages.
  sms: new Set([21614, 30005, 30006]),
  // 63003: no such WhatsApp address. 63024: not on WhatsApp, or an app too old for it.
  whatsapp: new Set([63003, 63024]),
};

/** The order of a chain's channels. */
export const channelsOf = (orders: ChannelOrders, tenantId: string): readonly Channel[] =>
  orders.get(tenantId) ?? orders.get("*") ?? [];

/** The channels that may still try after `failed` has ended for good. */
export const channelsAfter = (order: readonly Channel[], failed: Channel): readonly Channel[] =>
  order.slice(order.indexOf(failed) + 1);

/** Whether a failure with that code lets the chain's next channel try. */
export const letsNextTry = (order: readonly Channel[], failed: Channel, code: number | null | undefined): boolean =>
  code !== null &&
  code !== undefined &&
  NOT_REACHED_BY[failed].has(code) &&
  order.includes(failed) &&
  channelsAfter(order, failed).length > 0;
