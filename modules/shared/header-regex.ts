// AWS WAF compares the size of a header's text, never its value, and its regular expressions know no look-ahead: a number
// above a limit is written out digit by digit.

/** A regular expression that matches the whole numbers above `limit`, a whole number of at least 0, and nothing else. */
export function numberAbove(limit: number): string {
  const digits = String(limit);
  // The same first digits, then a greater one, then anything; or simply more digits.
  const greater = [...digits].flatMap((digit, place) => {
    if (digit === "9") return [];
    const next = digit === "8" ? "9" : `[${Number(digit) + 1}-9]`;
    const rest = digits.length - place - 1;
    return [`${digits.slice(0, place)}${next}${rest > 0 ? `[0-9]{${rest}}` : ""}`];
  });
  return `^0*(${[...greater, `[1-9][0-9]{${digits.length},}`].join("|")})$`;
}
