// A record of quarantine as the collector wrote it, read back by one who may open it.
import { unseal } from "../../lambdas/collector/seal";
import { TENANT_ID } from "../../lambdas/shared/clients";

/** What is kept of a rejected event; `sealed` is null for one that was too large to be kept. */
export interface KeptEvent {
  readonly reason: string;
  readonly tenantId: string;
  /** `v1/purchase`; undefined for one of a route that led to no contract's name. */
  readonly scope: string | undefined;
  readonly sealed: string | null;
}

/** The scope of a contract as quarantine names it: `purchase` is `v1/purchase`, `purchase_v2` is `v2/purchase`. */
export function scopeOf(contract: string): string | undefined {
  const [, name, major = "1"] = /^([a-z_]{1,64}?)(?:_v([1-9]\d{0,2}))?$/.exec(contract) ?? [];
  return name === undefined ? undefined : `v${major}/${name}`;
}

/** Reads a line; undefined when it is no record. */
export function readKeptEvent(line: string): KeptEvent | undefined {
  let record: Record<string, unknown> | null;
  try {
    record = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof record !== "object" || record === null) return undefined;
  const { reason, tenant_id: tenantId, contract, sealed } = record;
  const isSealed = sealed === null || typeof sealed === "string";
  if (typeof reason !== "string" || typeof tenantId !== "string" || typeof contract !== "string" || !isSealed)
    return undefined;
  return TENANT_ID.test(tenantId) ? { reason, tenantId, scope: scopeOf(contract), sealed } : undefined;
}

/** A data key could not be opened because of the asker, not of the record. */
export class MayNotOpen extends Error {}

/**
 * Opens sealed events; undefined for one that was changed, or sealed under another key. One data key serves a request's
 * events, so those already unwrapped are kept. Throws MayNotOpen with what KMS said.
 */
export function opener(unwrap: (wrapped: Buffer) => Promise<Buffer>) {
  const known = new Map<string, Promise<Buffer>>();
  const unwrapOnce = (wrapped: Buffer): Promise<Buffer> => {
    const name = wrapped.toString("base64");
    const found = known.get(name);
    if (found) return found;
    if (known.size >= KEYS_HELD) known.clear();
    const opened = unwrap(wrapped).catch((error: unknown) => {
      if (error instanceof Error && error.name === "InvalidCiphertextException") throw error;
      throw new MayNotOpen(error instanceof Error ? error.message : String(error));
    });
    known.set(name, opened);
    return opened;
  };
  return async (sealed: string, tenantId: string): Promise<string | undefined> => {
    try {
      return await unseal(sealed, tenantId, unwrapOnce);
    } catch (error) {
      if (error instanceof MayNotOpen) throw error;
      return undefined;
    }
  };
}

const KEYS_HELD = 1_000;
