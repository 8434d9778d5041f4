// Real AWS protocols for tests: a moto server of the test's own on a free loopback port, which ends with the test.
import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";
import { CreateTableCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";

const PYTHON = join(__dirname, "..", ".local", "python", "spark", "bin", "python");
/** moto's server, which ends when its standard input does: not even a killed test leaves it behind. */
const SERVER = `
import os, sys, threading
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
from moto.server import main
main(["-p", sys.argv[1]])
`;

/** A running server; its endpoint is in AWS_ENDPOINT_URL. */
export type Moto = { readonly stop: () => void };

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

async function answers(url: string, server: ChildProcess): Promise<void> {
  for (;;) {
    if (server.exitCode !== null) throw new Error(`moto ended with ${server.exitCode} before it answered.`);
    try {
      await fetch(`${url}/moto-api/`);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** Starts the server and points the AWS SDK at it. */
export async function startMoto(): Promise<Moto> {
  const port = await freePort();
  const server = spawn(PYTHON, ["-c", SERVER, String(port)], { stdio: ["pipe", "ignore", "ignore"] });
  const failed = new Promise<never>((_, reject) => server.on("error", reject));
  const url = `http://127.0.0.1:${port}`;
  await Promise.race([answers(url, server), failed]);
  process.env.AWS_ENDPOINT_URL = url;
  return { stop: () => void server.kill() };
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
