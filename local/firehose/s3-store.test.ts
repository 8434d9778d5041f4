// What the store puts is what lies in S3: the same bytes under the same key.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { S3Client } from "@aws-sdk/client-s3";
import { s3Store } from "./s3-store";

const key = "data/purchase/event_date=2026-11-22/event_hour=09/event_type=sale/x.parquet";

async function putTo(status: number) {
  const seen: { method?: string; path?: string; body?: Buffer } = {};
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    Object.assign(seen, {
      method: request.method,
      path: decodeURIComponent(request.url ?? ""),
      body: Buffer.concat(chunks),
    });
    response.writeHead(status).end(status === 200 ? "" : "<Error><Code>AccessDenied</Code></Error>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = new S3Client({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    forcePathStyle: true,
    region: "sa-east-1",
    maxAttempts: 1,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  const putting = s3Store(client).put("mercafacil-local-in", key, new Uint8Array([0, 255, 10, 13]));
  await putting.catch(() => undefined);
  client.destroy();
  server.closeAllConnections();
  server.close();
  return { seen, putting };
}

test("an object arrives whole under its key", async () => {
  const { seen } = await putTo(200);
  expect(seen).toMatchObject({ method: "PUT", body: Buffer.from([0, 255, 10, 13]) });
  expect(seen.path).toBe(`/mercafacil-local-in/${key}?x-id=PutObject`);
});

test("a refusal is the caller's to know", async () => {
  const { putting } = await putTo(403);
  await expect(putting).rejects.toThrow();
});
