// The difference of two shares with its 95 % interval by Newcombe's hybrid score method (method 10 of R. G. Newcombe,
// "Interval estimation for the difference between independent proportions", Statistics in Medicine 17, 1998): it never
// leaves -1 to 1 and holds for small groups and for shares near 0 or 1, where the textbook interval does not.

/** So many of so many. */
export interface Share {
  readonly hits: number;
  readonly of: number;
}

/** A difference of shares and the bounds of its interval, each from -1 to 1. */
export interface Difference {
  readonly difference: number;
  readonly lower: number;
  readonly upper: number;
}

// The 97.5 % point of the normal distribution.
const Z = 1.959963984540054;

/** Wilson's score interval of one share. */
export function wilsonInterval({ hits, of }: Share): readonly [lower: number, upper: number] {
  const share = hits / of;
  const middle = share + (Z * Z) / (2 * of);
  const half = Z * Math.sqrt((share * (1 - share)) / of + (Z * Z) / (4 * of * of));
  const scale = 1 + (Z * Z) / of;
  return [Math.max(0, (middle - half) / scale), Math.min(1, (middle + half) / scale)];
}

/** How much more of `one` than of `other` hit; undefined when a group is empty. */
export function differenceOf(one: Share, other: Share): Difference | undefined {
  if (one.of === 0 || other.of === 0) return undefined;
  const [share1, share2] = [one.hits / one.of, other.hits / other.of];
  const [lower1, upper1] = wilsonInterval(one);
  const [lower2, upper2] = wilsonInterval(other);
  const difference = share1 - share2;
  return {
    difference,
    lower: difference - Math.hypot(share1 - lower1, upper2 - share2),
    upper: difference + Math.hypot(upper1 - share1, share2 - lower2),
  };
}
