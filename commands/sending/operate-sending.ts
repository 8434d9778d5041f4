// What `npm run sending` does: flips what the senders read before each message, and says how things stand afterwards.
// A phone is read, made a token and forgotten: it is neither stored nor shown.
import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateScan,
} from "@aws-sdk/client-dynamodb";
import { chainOf, chainRowId } from "../../lambdas/shared/clients";
import { conditionalUpdate } from "../../lambdas/shared/conditional-update";
import { switchesOf } from "../../lambdas/shared/control";
import { plainRow, type Row, typed, typedRow } from "../../lambdas/shared/dynamo-items";
import { canonicalPhone, isTextable } from "../../lambdas/shared/phone";
import { parseTokenSecret, tenantKey, token } from "../../lambdas/shared/tokens";
import type { SendingCommand } from "./sending-options";

/** Where the command works. */
export interface SendingPorts {
  readonly db: DynamoDBClient;
  readonly controlTable: string;
  readonly clientsTable: string;
  /** The phone that stands in the command's standard input. */
  readonly readPhone: () => Promise<string>;
  /** The secret that tokens are made of. */
  readonly readTokenSecret: () => Promise<string | undefined>;
  /** Today where the shoppers are, yyyy-MM-dd. */
  readonly today: string;
  readonly say: (line: string) => void;
}

const ALLOW = "allow#";
const PAUSE = "pause#";

/** Runs a command. Throws an error of one sentence. */
export async function operateSending(command: SendingCommand, ports: SendingPorts): Promise<void> {
  switch (command.kind) {
    case "show":
      return show(command.date ?? ports.today, ports);
    case "stop":
    case "go":
      await set(ports, "kill_switch", "on", command.kind === "stop");
      return ports.say(command.kind === "stop" ? "All sending stops within two seconds." : "Sending goes on.");
    case "pause":
      // First the pause, whatever becomes of the question.
      await set(ports, `${PAUSE}${command.chain}`, "on", true);
      await refuseUnknown(command.chain, ports, "; the pause is kept, resume lifts it");
      return ports.say(`${command.chain} is paused within two seconds.`);
    case "resume":
      await set(ports, `${PAUSE}${command.chain}`, "on", false);
      return ports.say(`${command.chain} goes on.`);
    case "budget":
      await set(ports, "budget", "daily_brl", command.dailyBrl);
      return ports.say(`A day may cost R$ ${command.dailyBrl.toFixed(2)}.`);
    default:
      return changeAllowList(command, ports);
  }
}

async function set({ db, controlTable }: SendingPorts, id: string, field: string, value: boolean | number) {
  await conditionalUpdate(db, controlTable, {
    key: { id },
    UpdateExpression: "SET #field = :value",
    ExpressionAttributeNames: { "#field": field },
    values: { ":value": value },
  });
}

/** Throws when a name is no chain's: a mistyped one would stop nobody, or let nobody be messaged. */
async function refuseUnknown(chain: string, { db, clientsTable }: SendingPorts, kept = "") {
  const { Item } = await db.send(
    new GetItemCommand({ TableName: clientsTable, Key: { pk: { S: chainRowId(chain) } }, ConsistentRead: true }),
  );
  if (!chainOf(Item)) throw new Error(`There is no chain ${chain}: npm run clients -- list names them${kept}.`);
}

async function changeAllowList(
  { kind, chain }: Extract<SendingCommand, { readonly chain: string }>,
  ports: SendingPorts,
) {
  const { db, controlTable, readPhone, readTokenSecret, say } = ports;
  if (kind === "allow") await refuseUnknown(chain, ports);
  const phone = canonicalPhone((await readPhone()).trim());
  if (!isTextable(phone))
    throw new Error(
      "The phone on standard input: expected one mobile number in E.164, such as +55, area code and nine digits.",
    );
  const master = parseTokenSecret(await readTokenSecret());
  const id = `${ALLOW}${chain}#${token(tenantKey(master, chain), "phone", phone)}`;
  if (kind === "allow") await db.send(new PutItemCommand({ TableName: controlTable, Item: typedRow({ id }) }));
  else await db.send(new DeleteItemCommand({ TableName: controlTable, Key: { id: typed(id) } }));
  say(`The phone is ${kind === "allow" ? "on" : "off"} ${chain}'s allow-list.`);
}

async function show(date: string, { db, controlTable, say }: SendingPorts) {
  const rows = new Map<string, Row>();
  for await (const page of paginateScan({ client: db }, { TableName: controlTable, ConsistentRead: true }))
    for (const item of page.Items ?? []) rows.set(item.id?.S ?? "", plainRow(item));
  const { stopped, circuitOpen, circuitUntil, dailyBrl, spentBrl, budgetRefused } = switchesOf(rows, "", date);
  const code = rows.get("circuit")?.code;
  say(stopped ? "All sending is stopped." : "Sending is on.");
  say(
    circuitOpen
      ? `The circuit is open (code ${code}): one probe after ${new Date(circuitUntil).toISOString()}.`
      : "The circuit is closed.",
  );
  const refused = budgetRefused ? "; lines are waiting for money" : "";
  say(`${date}: R$ ${spentBrl.toFixed(2)} of R$ ${dailyBrl.toFixed(2)} spent or in senders' hands${refused}.`);
  const ids = [...rows.keys()].sort();
  for (const id of ids) if (id.startsWith(PAUSE) && rows.get(id)?.on === true) say(`Paused: ${id.slice(PAUSE.length)}`);
  const listed = new Map<string, number>();
  for (const id of ids) {
    const chain = id.startsWith(ALLOW) ? (id.split("#")[1] ?? "") : undefined;
    if (chain !== undefined) listed.set(chain, (listed.get(chain) ?? 0) + 1);
  }
  for (const [chain, phones] of listed) say(`Allow-list of ${chain}: ${phones} ${phones === 1 ? "phone" : "phones"}`);
}
