import { differenceOf, wilsonInterval } from "./difference";

// Newcombe 1998, table II, method 10.
test.each([
  [56, 70, 48, 80, 0.2, 0.0524, 0.3339],
  [9, 10, 3, 10, 0.6, 0.1705, 0.809],
  [6, 7, 2, 7, 0.5714, 0.0582, 0.8062],
  [5, 56, 0, 29, 0.0893, -0.0381, 0.1926],
  [0, 10, 0, 20, 0, -0.1611, 0.2775],
  [0, 10, 0, 10, 0, -0.2775, 0.2775],
  [10, 10, 0, 20, 1, 0.6791, 1],
  [10, 10, 0, 10, 1, 0.6075, 1],
])("%i of %i against %i of %i is the published interval", (hits, of, otherHits, otherOf, difference, lower, upper) => {
  const found = differenceOf({ hits, of }, { hits: otherHits, of: otherOf })!;
  expect(found.difference).toBeCloseTo(difference, 4);
  expect(found.lower).toBeCloseTo(lower, 4);
  expect(found.upper).toBeCloseTo(upper, 4);
});

// Newcombe, "Two-sided confidence intervals for the single proportion", 1998, table I, method 3.
test.each([
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
])("%i of %i lies in Wilson's interval", (hits, of, lower, upper) => {
  expect(wilsonInterval({ hits, of })[0]).toBeCloseTo(lower, 4);
  expect(wilsonInterval({ hits, of })[1]).toBeCloseTo(upper, 4);
});

test("an empty group has no difference", () => {
  expect(differenceOf({ hits: 0, of: 0 }, { hits: 1, of: 2 })).toBeUndefined();
  expect(differenceOf({ hits: 1, of: 2 }, { hits: 0, of: 0 })).toBeUndefined();
});
