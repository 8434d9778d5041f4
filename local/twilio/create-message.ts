// One request for a new message, from its form to its answer: judged as Twilio judges it, then spoilt as the faults say.
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { CreateFault, MessageLife, TwilioFaults } from "./faults";
import type { OptOuts } from "./inbound";
import { checkMessageForm, type MessageForm } from "./message-form";
import { messageResource, type TwilioMessage } from "./message-store";
import type { Tally } from "./tally";
import { brokenInside, errorBody, optedOut, type TwilioError } from "./twilio-error";

export interface CreatePorts {
  /** The account's numbers; any number when absent. */
  readonly senders?: readonly string[];
  readonly now: () => number;
  readonly faults: TwilioFaults;
  readonly optOuts: OptOuts;
  readonly tally: Tally;
  /** Takes the message: from now on it is in the account's list. */
  readonly take: (form: MessageForm, life: MessageLife) => TwilioMessage;
  /** Begins the message's life. */
  readonly start: (message: TwilioMessage) => void;
}

/** Answers requests for a message; they are numbered as they come. */
export function messageCreator(ports: CreatePorts) {
  const { faults, tally, now } = ports;
  let requests = 0;

  const judge = (form: MessageForm): TwilioError | undefined =>
    checkMessageForm(form, ports.senders) ?? (ports.optOuts.bars(form) ? optedOut : undefined);

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const form = await formOf(request);
    const refused = judge(form);
    if (refused) {
      tally.request(refused);
      return answer(response, refused.status, errorBody(refused));
    }
    const fault = faults.onCreate?.(form, requests++, now());
    const message = fault?.accepts === false ? undefined : ports.take(form, fault?.life ?? {});
    // Taken before the message's life begins: the answer tells of a queued message.
    const resource = message && messageResource(message);
    const said: CreateFault["answer"] = fault?.answer ?? (resource ? undefined : brokenInside);
    tally.request(message ? "taken" : said === "drop" || said === undefined ? "broken_off" : said);
    if (message && said) tally.unsaid();
    // A late answer does not keep the message waiting: its callbacks may come first.
    const isLate = fault?.delayMs !== undefined;
    if (message && isLate) ports.start(message);
    if (isLate) await sleep(fault.delayMs, undefined, { ref: false });
    if (said === "drop") request.socket.destroy();
    else if (said) answer(response, said.status, errorBody(said), said.headers);
    else answer(response, 201, resource ?? {});
    if (message && !isLate) ports.start(message);
  };
}

/** Answers with JSON. */
export function answer(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

/** The form's fields; a body that is no form has none for Twilio. */
async function formOf(request: IncomingMessage): Promise<MessageForm> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const isForm = request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded") ?? false;
  return isForm ? Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString())) : {};
}
