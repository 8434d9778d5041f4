// Reads a record's JSON without losing what a float cannot hold: integers beyond 2^53 come out as bigints.

// Strings are matched too, so that digits inside them are left alone.
const stringOrLongInteger = /"(?:[^"\\]|\\.)*"|(?<![\w.+-])-?\d{16,}(?![\d.eE])/g;
const marker = "\u0000exact:";

/** The value, or a SyntaxError if the text is not exactly one JSON document. */
export function parseRecord(text: string): unknown {
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  const marking = text.replace(stringOrLongInteger, (match) =>
    match.startsWith('"') ? match : JSON.stringify(marker + match),
  );
  return JSON.parse(marking, (_, value) => {
    const isMarked = typeof value === "string" && value.startsWith(marker);
    return isMarked ? BigInt(value.slice(marker.length)) : value;
  });
}
