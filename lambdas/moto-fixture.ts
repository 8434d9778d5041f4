// Real AWS protocols for tests: a moto server of the test's own on a free loopback port, which ends with the test.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { CreateTableCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";

const ROOT = join(__dirname, "..");
const PYTHON = join(ROOT, ".local", "python", "spark", "bin", "python");

/** Decides conditions one at a time, as the services do, and ends when its standard input does, even after a kill. */
const SERVER = `
import os, sys, threading
sys.path.insert(0, sys.argv[1])
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from one_at_a_time import one_at_a_time
from werkzeug.serving import make_server

class KeepAlive(MotoRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    def log_request(self, *_):
        pass

application = one_at_a_time(DomainDispatcherApplication(create_backend_app))
server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=KeepAlive)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.port, flush=True)
sys.stdin.read()
os._exit(0)
`;

/** A running server; its endpoint is in AWS_ENDPOINT_URL. */
export type Moto = { readonly stop: () => void };

/** Starts the server and points the AWS SDK at it. */
export async function startMoto(): Promise<Moto> {
  const server = spawn(PYTHON, ["-c", SERVER, join(ROOT, "local", "aws")], { stdio: ["pipe", "pipe", "ignore"] });
  const port = await new Promise<string>((resolve, reject) => {
    server.on("error", reject);
    server.on("exit", (code) => reject(new Error(`moto ended with ${code} before it answered.`)));
    createInterface({ input: server.stdout }).once("line", resolve);
  });
  process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${port}`;
  return { stop: () => server.stdin.end() };
}

/** Creates a table with a partition key and perhaps a sort key. */
export async function createTable(db: DynamoDBClient, table: string, hash: string, range?: string): Promise<void> {
  const keys = [hash, ...(range ? [range] : [])];
  await db.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: keys.map((name) => ({ AttributeName: name, AttributeType: "S" as const })),
      KeySchema: keys.map((name, index) => ({ AttributeName: name, KeyType: index === 0 ? "HASH" : "RANGE" })),
    }),
  );
}

/** Creates a ledger with its index by day. */
export async function createLedgerTable(db: DynamoDBClient, table: string): Promise<void> {
  const key = (AttributeName: string, KeyType: "HASH" | "RANGE") => ({ AttributeName, KeyType });
  await db.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: ["claim", "day_shard"].map((name) => ({
        AttributeName: name,
        AttributeType: "S" as const,
      })),
      KeySchema: [key("claim", "HASH")],
      GlobalSecondaryIndexes: [
        {
          IndexName: "by_day",
          KeySchema: [key("day_shard", "HASH"), key("claim", "RANGE")],
          Projection: { ProjectionType: "ALL" },
        },
      ],
    }),
  );
}
