// Keeps one stream's partitions within Firehose's quota: a partition is active from its first record until all that was
// buffered for it is delivered.
import type { PartitionBuffer } from "./delivery";

/** AWS's default quota of active partitions a stream. */
export const activePartitionQuota = 500;

export interface ActivePartitions {
  /** The partition's open buffer, made if need be; undefined when that would exceed the quota. */
  admit(keys: Readonly<Record<string, string>>, nowMs: number): PartitionBuffer | undefined;
  /** Takes the buffers that are to be delivered now out of those that take records in. */
  close(isDue: (buffer: PartitionBuffer) => boolean): PartitionBuffer[];
  /** Says that what was closed is delivered, or lost. */
  release(buffer: PartitionBuffer): void;
  count(): number;
}

export function createActivePartitions(): ActivePartitions {
  const open = new Map<string, PartitionBuffer>();
  // Buffers a partition: one may be waiting for delivery while the next takes records in.
  const active = new Map<string, number>();

  function release(buffer: PartitionBuffer): void {
    const others = (active.get(buffer.id) ?? 1) - 1;
    if (others === 0) active.delete(buffer.id);
    else active.set(buffer.id, others);
  }

  return {
    admit: (keys, nowMs) => {
      const id = JSON.stringify(Object.values(keys));
      const existing = open.get(id);
      if (existing) return existing;
      if (!active.has(id) && active.size >= activePartitionQuota) return undefined;
      const buffer: PartitionBuffer = { id, keys, firstMs: nowMs, bytes: 0, records: 0, rows: [], chunks: [] };
      open.set(id, buffer);
      active.set(id, (active.get(id) ?? 0) + 1);
      return buffer;
    },
    close: (isDue) => {
      const due = [...open.values()].filter(isDue);
      for (const buffer of due) {
        open.delete(buffer.id);
        // All its records failed: there is nothing to deliver.
        if (buffer.records === 0) release(buffer);
      }
      return due.filter((buffer) => buffer.records > 0);
    },
    release,
    count: () => active.size,
  };
}
