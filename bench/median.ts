// One number for several measurements: the median, which one disturbed run does not move.

/** The middle of the values, or the mean of the two in the middle. */
export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((one, other) => one - other);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  if (low === undefined || high === undefined) throw new Error("there is nothing to take the median of");
  return (low + high) / 2;
};
