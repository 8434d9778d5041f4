// Columns of text: the first to the left, numbers to the right.

/** Lines of aligned columns; `rows` have as many cells as each other. */
export function textTable(rows: readonly (readonly (string | number)[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => String(row[column]).length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? String(cell).padEnd(widths[0]!) : String(cell).padStart(widths[column]!)))
      .join("  ")
      .trimEnd(),
  );
}
