// What became of a shard's lines, as the numbers that alarms and graphs are made of: their names are few and fixed.

/** Lines by state of the ledger, and lines left open by reason. */
export type ShardCounts = {
  readonly states: Readonly<Record<string, number>>;
  readonly left: Readonly<Record<string, number>>;
};

/** Folds `SENT`, `REJECTED(21211)`, `left(budget)`…, each with its lines, by what stands before the bracket. */
export function shardCounts(ends: ReadonlyMap<string, number>): ShardCounts {
  const states: Record<string, number> = {};
  const left: Record<string, number> = {};
  for (const [end, lines] of ends) {
    const [, kind = end, detail] = /^(\w+)\((.*)\)$/.exec(end) ?? [];
    const [counts, name] = kind === "left" && detail !== undefined ? [left, detail] : [states, kind];
    counts[name] = (counts[name] ?? 0) + lines;
  }
  return { states, left };
}
