// The messages that the Twilio stand-in took, as Twilio's API shows and lists them.
import type { MessageLife } from "./faults";
import type { MessageForm } from "./message-form";
import { segmentsOf } from "./segments";

export type MessageStatus = "queued" | "sent" | "delivered" | "undelivered" | "failed";

/** One accepted message. */
export interface TwilioMessage {
  readonly sid: string;
  readonly accountSid: string;
  readonly form: MessageForm;
  /** Played instant of acceptance (epoch ms). */
  readonly createdMs: number;
  readonly life: MessageLife;
  /** The statuses that the application has heard of, in that order. */
  readonly heard: MessageStatus[];
  status: MessageStatus;
  updatedMs: number;
  sentMs?: number;
  errorCode?: number;
}

const apiVersion = "2010-04-01";
const defaultPageSize = 50;
const maxPageSize = 1000;

/** The Message resource. */
export function messageResource(message: TwilioMessage): object {
  const { form, sid, accountSid } = message;
  const uri = `${messagesPath(accountSid)}/${sid}`;
  return {
    body: form.Body ?? "",
    num_segments: String(segmentsOf(form.Body ?? "")),
    direction: "outbound-api",
    from: form.From ?? null,
    date_updated: rfc2822(message.updatedMs),
    price: null,
    error_message: null,
    uri: `${uri}.json`,
    account_sid: accountSid,
    num_media: "0",
    to: form.To,
    date_created: rfc2822(message.createdMs),
    status: message.status,
    sid,
    date_sent: message.sentMs === undefined ? null : rfc2822(message.sentMs),
    messaging_service_sid: form.MessagingServiceSid ?? null,
    error_code: message.errorCode ?? null,
    price_unit: "USD",
    api_version: apiVersion,
    subresource_uris: { media: `${uri}/Media.json` },
  };
}

/** One page of the list, newest first, filtered by To, From and DateSent (a UTC day; `DateSent<` and `DateSent>` too). */
export function messagePage(messages: readonly TwilioMessage[], accountSid: string, query: URLSearchParams): object {
  const found = messages.filter((message) => matches(message, query)).reverse();
  const size = Math.min(maxPageSize, Math.max(1, Number(query.get("PageSize")) || defaultPageSize));
  const page = Math.max(0, Number(query.get("Page")) || 0);
  const start = page * size;
  const shown = found.slice(start, start + size);
  const pageUri = (number: number) => {
    const parameters = new URLSearchParams(query);
    parameters.set("PageSize", String(size));
    parameters.set("Page", String(number));
    return `${messagesPath(accountSid)}.json?${parameters}`;
  };
  return {
    messages: shown.map(messageResource),
    page,
    page_size: size,
    start,
    end: start + Math.max(0, shown.length - 1),
    uri: pageUri(page),
    first_page_uri: pageUri(0),
    next_page_uri: start + size < found.length ? pageUri(page + 1) : null,
    previous_page_uri: page > 0 ? pageUri(page - 1) : null,
  };
}

function matches(message: TwilioMessage, query: URLSearchParams): boolean {
  // A filter is a UTC day or an instant; an exact instant means its day.
  const sent = message.sentMs === undefined ? undefined : new Date(message.sentMs).toISOString();
  const compare = (filter: string) =>
    (sent?.slice(0, filter.length === 10 ? 10 : 19) ?? "").localeCompare(filter.slice(0, 19));
  const on = query.get("DateSent");
  const before = query.get("DateSent<");
  const after = query.get("DateSent>");
  if (query.has("To") && query.get("To") !== message.form.To) return false;
  if (query.has("From") && query.get("From") !== message.form.From) return false;
  if (sent === undefined) return on === null && before === null && after === null;
  if (on !== null && compare(on.slice(0, 10)) !== 0) return false;
  return !(before !== null && compare(before) > 0) && !(after !== null && compare(after) < 0);
}

function messagesPath(accountSid: string): string {
  return `/${apiVersion}/Accounts/${accountSid}/Messages`;
}

function rfc2822(epochMs: number): string {
  return new Date(epochMs).toUTCString().replace("GMT", "+0000");
}
