// The way from events to messages in plain words, the same wherever a person reads its counts.

/** What became of the rows that a night knew of, each after its count. */
export const EVENT_WORDS = {
  out_of_window: "lie outside the days that the recommendations look at",
  read: "were read by the night's job",
  duplicates: "were sent twice and count once",
  conflicts: "contradict an event of the same id",
  set_aside: "could not be used and were set aside",
  used: "shaped the recommendations",
  anonymous: "of them purchases by nobody known",
  late: "of them late",
} as const;

/** The ends of a line, best first. */
export const STATE_WORDS: Readonly<Record<string, string>> = {
  DELIVERED: "delivered",
  SENT: "sent, without a receipt",
  UNDELIVERED: "sent, but not delivered",
  REJECTED: "refused by Twilio",
  IN_DOUBT: "in doubt: held back, not sent again",
  HELD: "held back",
  CLAIMED: "claimed, never sent",
  REOPENED: "not at Twilio, and not sent again",
  RELEASED: "failed on one channel, and not sent on the next",
  SUPPRESSED: "not sent, on purpose",
  EXPIRED: "not sent in time",
};

/** Why a line was not sent. */
export const REASON_WORDS: Readonly<Record<string, string>> = {
  no_offer: "too few offers to be worth a message",
  no_phone: "no phone number known",
  bad_phone: "the phone number cannot receive messages",
  no_consent: "the shopper has not agreed to messages",
  opted_out: "the shopper asked to stop",
  not_allowed: "not on the list of allowed recipients",
  same_phone: "another shopper has the same phone",
  hold_out: "kept without a message, to measure",
  frequency_cap: "messaged too often lately",
  not_a_sending_day: "a Sunday or a holiday",
  window_closed: "the sending hours were over",
  switch: "sending was switched off",
  circuit: "Twilio refused everything",
  budget: "the day's budget was used up",
  file_refused: "the file did not match its manifest",
};

/** What a line's offers come from. */
export const LEVEL_WORDS: Readonly<Record<string, string>> = {
  champion: "offers of the champion model",
  previous: "offers of the model before it",
  popularity: "offers of what sells most",
  none: "too few offers",
};

/** A name in words; a name that has none stands for itself. */
export const inWords = (words: Readonly<Record<string, string>>, name: string): string =>
  Object.hasOwn(words, name) ? (words[name] ?? name) : name;

/** Sorts names as the words have them, unknown ones last. */
export function byOrderOf(words: Readonly<Record<string, string>>): (one: string, other: string) => number {
  const order = Object.keys(words);
  const place = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
  return (one, other) => place(one) - place(other) || (one < other ? -1 : 1);
}

/** The parts of `STATE` or `STATE(reason)`. */
export function partsOfState(text: string): { readonly state: string; readonly reason?: string } {
  const [, state = text, reason] = /^(\w+)\((.*)\)$/.exec(text) ?? [];
  return { state, reason };
}
