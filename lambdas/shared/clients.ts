// Rows of the clients table: who may write what. A write key is shown once and kept only as its hash.
import { createHash, randomBytes } from "node:crypto";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";

/** Whether a key or a chain may be used. */
export type ClientStatus = "active" | "revoked";

/** A write key of a chain. `scopes` are contracts it may write, such as `v1/purchase`, or `*`. */
export type KeyRow = {
  readonly tenantId: string;
  readonly keyId: string;
  readonly status: ClientStatus;
  readonly scopes: readonly string[];
};

/** A chain. */
export type ChainRow = {
  readonly tenantId: string;
  readonly status: ClientStatus;
  /** Value of the API key by which its requests are counted; it lets nobody in. */
  readonly meteringKey?: string;
};

/** Every contract, those to come included. */
export const ALL_SCOPES = "*";

/** What a tenant id is made of: it becomes part of keys, folders and topic names. */
export const TENANT_ID = /^[a-z0-9-]{1,32}$/;

const KEY_BYTES = 32;

/** A new write key: 256 random bits. */
export const newWriteKey = (): string => randomBytes(KEY_BYTES).toString("base64url");

/** Primary key of the row of a write key. */
export const keyRowId = (writeKey: string): string => `key#${createHash("sha256").update(writeKey).digest("hex")}`;

/** Primary key of the row of a chain. */
export const chainRowId = (tenantId: string): string => `chain#${tenantId}`;

/** The row to put for a write key. */
export function keyItem(writeKey: string, { tenantId, keyId, status, scopes }: KeyRow): Record<string, AttributeValue> {
  return {
    pk: { S: keyRowId(writeKey) },
    tenant_id: { S: tenantId },
    key_id: { S: keyId },
    status: { S: status },
    scopes: { L: scopes.map((scope) => ({ S: scope })) },
  };
}

/** The row to put for a chain. */
export function chainItem({ tenantId, status, meteringKey }: ChainRow): Record<string, AttributeValue> {
  return {
    pk: { S: chainRowId(tenantId) },
    tenant_id: { S: tenantId },
    status: { S: status },
    ...(meteringKey === undefined ? {} : { metering_key: { S: meteringKey } }),
  };
}

/** A key's row as read; undefined when there is none or it is not whole. */
export function keyOf(item: Record<string, AttributeValue> | undefined): KeyRow | undefined {
  const [tenantId, keyId] = [item?.tenant_id?.S, item?.key_id?.S];
  const scopes = item?.scopes?.L?.flatMap((scope) => (scope.S === undefined ? [] : [scope.S]));
  if (tenantId === undefined || keyId === undefined || scopes === undefined || !TENANT_ID.test(tenantId))
    return undefined;
  return { tenantId, keyId, scopes, status: statusOf(item) };
}

/** A chain's row as read; undefined when there is none. */
export function chainOf(item: Record<string, AttributeValue> | undefined): ChainRow | undefined {
  const tenantId = item?.tenant_id?.S;
  if (tenantId === undefined) return undefined;
  const meteringKey = item?.metering_key?.S;
  return { tenantId, status: statusOf(item), ...(meteringKey === undefined ? {} : { meteringKey }) };
}

/** Anything but `active` is revoked: a row that cannot be read lets nobody in. */
const statusOf = (item: Record<string, AttributeValue> | undefined): ClientStatus =>
  item?.status?.S === "active" ? "active" : "revoked";
