// The other side of the sending benchmark, in a process of its own: AWS as far as the sender asks it, and Twilio, each
// answering after its own latency. Claims are conditional; everybody agreed to be messaged; every call is counted.
import { openSync, readSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** How the stand-in is told what to be, as JSON in its first argument. */
export interface StandInOptions {
  readonly awsMilliseconds: number;
  readonly twilioMilliseconds: number;
  /** Path of the OUT file. */
  readonly outFile: string;
  /** Whether every line has an end already. */
  readonly allSettled: boolean;
}

type Item = Readonly<Record<string, { readonly S?: string; readonly N?: string }>>;
interface Asked {
  readonly RequestItems?: Readonly<Record<string, { readonly Keys: readonly Item[] }>>;
  readonly TransactItems?: readonly { readonly Put?: { readonly Item: Item } }[];
  readonly Key?: Item;
  readonly ExpressionAttributeValues?: Item;
  readonly TableName?: string;
}

const SAID = {
  occurred_at: { S: "2026-11-01T12:00:00.000Z" },
  event_id: { S: "00000000-0000-4000-8000-000000000000" },
};

/** A Brazilian mobile number made of a shopper's token. */
const phoneOf = (shopper: string): string =>
  `+55119${String(Number.parseInt(shopper.slice(0, 10), 16) % 1e8).padStart(8, "0")}`;

const main = ({ awsMilliseconds, twilioMilliseconds, outFile, allSettled }: StandInOptions): void => {
  const claimed = new Set<string>();
  const calls: Record<string, number> = {};
  const slots = new Map<string, number>();
  const out = openSync(outFile, "r");

  const count = (call: string): void => {
    calls[call] = (calls[call] ?? 0) + 1;
  };

  const answers: Readonly<Record<string, (asked: Asked) => { readonly status?: number; readonly body: object }>> = {
    BatchGetItem({ RequestItems = {} }) {
      const Responses: Record<string, object[]> = {};
      for (const [table, { Keys }] of Object.entries(RequestItems)) {
        for (const _ of Keys) count("BatchGetItem key");
        const budget = { id: { S: "budget" }, daily_brl: { N: "1000000" } };
        const settled = Keys.filter(({ claim }) => claim && (allSettled || claimed.has(claim.S ?? "")));
        Responses[table] =
          table === "control" ? [budget] : settled.map(({ claim }) => ({ claim, state: { S: "SENT" } }));
      }
      return { body: { Responses, UnprocessedKeys: {} } };
    },
    GetItem: () => ({ body: {} }),
    Query({ ExpressionAttributeValues = {} }) {
      const person = ExpressionAttributeValues[":person"]?.S ?? "";
      const shopper = person.slice(person.indexOf("#") + 1);
      const phone = {
        person: { S: person },
        fact: { S: "phone" },
        phone: { S: phoneOf(shopper) },
        phone_token: { S: shopper },
      };
      const consent = {
        person: { S: person },
        fact: { S: "consent#sms" },
        granted: { BOOL: true },
        text_version: { S: "1" },
      };
      return {
        body: {
          Items: [
            { ...consent, ...SAID },
            { ...phone, ...SAID },
          ],
          Count: 2,
        },
      };
    },
    TransactWriteItems({ TransactItems = [] }) {
      const keys = TransactItems.map(({ Put }) => Put?.Item.claim?.S ?? "");
      if (keys.some((key) => claimed.has(key))) {
        const CancellationReasons = keys.map((key) => ({ Code: claimed.has(key) ? "ConditionalCheckFailed" : "None" }));
        const type = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException";
        return { status: 400, body: { __type: type, CancellationReasons } };
      }
      for (const key of keys) claimed.add(key);
      return { body: {} };
    },
    UpdateItem({ TableName, Key = {}, ExpressionAttributeValues: values = {} }) {
      count(`UpdateItem ${TableName}`);
      const id = Key.id?.S ?? "";
      if (!id.startsWith("slots#")) return { body: {} };
      const numberOf = (name: string) => Number(values[name]?.N ?? 0);
      const [now, span] = [numberOf(":now"), numberOf(":span")];
      const next = slots.get(id) ?? 0;
      if (span && next < now) {
        return { status: 400, body: { __type: "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException" } };
      }
      const then = span ? next + span : numberOf(":then");
      slots.set(id, then);
      return { body: { Attributes: { next: { N: String(then) } } } };
    },
    GetSecretValue: () => ({
      body: { SecretString: JSON.stringify({ account_sid: `AC${"0".repeat(32)}`, auth_token: "bench" }) },
    }),
    SendMessage: () => ({ body: { MessageId: "m" } }),
  };

  const reply = (response: ServerResponse, status: number, headers: Record<string, string>, body: string | Buffer) => {
    // The sender's clock is the benchmark's: a date of another day would have the SDK correct it, again and again.
    response.sendDate = false;
    response.writeHead(status, { ...headers, "Content-Length": Buffer.byteLength(body) });
    response.end(body);
  };

  function aws(request: IncomingMessage, response: ServerResponse, body: string): void {
    const target = request.headers["x-amz-target"];
    if (typeof target === "string") {
      const operation = target.slice(target.lastIndexOf(".") + 1);
      count(operation);
      const answer = answers[operation]?.(JSON.parse(body) as Asked);
      if (!answer) throw new Error(`The stand-in does not know ${operation}.`);
      const type = { "Content-Type": "application/x-amz-json-1.0" };
      setTimeout(() => reply(response, answer.status ?? 200, type, JSON.stringify(answer.body)), awsMilliseconds);
      return;
    }
    count("GetObject");
    const [, from = "0", to = "0"] = /bytes=(\d+)-(\d+)/.exec(String(request.headers.range)) ?? [];
    const part = Buffer.alloc(Number(to) + 1 - Number(from));
    const length = readSync(out, part, 0, part.length, Number(from));
    setTimeout(() => reply(response, 206, { ETag: '"bench"' }, part.subarray(0, length)), awsMilliseconds);
  }

  function twilio(response: ServerResponse): void {
    count("Twilio");
    const sid = `SM${String(calls.Twilio).padStart(32, "0")}`;
    const message = { sid, status: "queued", num_segments: "1", direction: "outbound-api", error_code: null };
    const text = JSON.stringify({
      ...message,
      body: "x".repeat(150),
      uri: `/2010-04-01/Accounts/AC/Messages/${sid}.json`,
    });
    setTimeout(() => reply(response, 201, { "Content-Type": "application/json" }, text), twilioMilliseconds);
  }

  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => {
      body += chunk;
    });
    request.on("end", () => {
      if (request.url === "/calls") reply(response, 200, {}, JSON.stringify(calls));
      else if (request.url?.startsWith("/2010-04-01/")) twilio(response);
      else aws(request, response, body);
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));
  process.stdin.on("end", () => process.exit(0)).resume();
};

const [options] = process.argv.slice(2);
if (options !== undefined) main(JSON.parse(options) as StandInOptions);
