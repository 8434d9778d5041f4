// Over all environments together, what is least important makes room first, and the text says what is missing.
import { evaluate } from "../script-fixture";

const section = (id: string, what: string, count: number, size: number) => ({
  id,
  title: `### ${id}\n`,
  what,
  items: [...Array(count).keys()].map((place) => `- ${id} ${place} ${"x".repeat(size)}`),
});

const environment = (name: string, counts: { lost: number; changed: number; made: number }) => ({
  environment: name,
  about: `about ${name}`,
  review: {
    headline: "the headline",
    loses: 0,
    sections: [
      section("lost", "of what is destroyed or replaced", counts.lost, 50),
      section("changed", "changes", counts.changed, 300),
      section("made", "new resources in detail", counts.made, 300),
    ].filter(({ items }) => items.length > 0),
  },
});

const markdown = (environments: readonly object[], limit: number): string =>
  evaluate(
    "delivery/review-markdown.mjs",
    'it.reviewMarkdown({ opening: "opening\\n", elsewhere: "There.", ...given })',
    {
      reviews: environments,
      limit,
    },
  ) as string;

/** How many items of a section an environment shows. */
function shown(text: string, name: string, id: string): number {
  const own = text.split(/^## /m).find((part) => part.startsWith(`${name}:`));
  return [...(own ?? "").matchAll(new RegExp(`^- ${id} `, "gm"))].length;
}

test("what fits is all there, and nothing is said to be missing", () => {
  const text = markdown([environment("dev", { lost: 1, changed: 2, made: 3 })], 65_536);
  expect(["lost", "changed", "made"].map((id) => shown(text, "dev", id))).toEqual([1, 2, 3]);
  expect(text).not.toContain("Left out");
});

const three = [
  environment("dev", { lost: 5, changed: 40, made: 300 }),
  environment("staging", { lost: 0, changed: 40, made: 300 }),
  environment("prod", { lost: 5, changed: 40, made: 300 }),
];

test("a long review keeps to the limit, and leaves out from the least important end", () => {
  const text = markdown(three, 65_536);
  expect(text.length).toBeLessThanOrEqual(65_536);
  // Not by more than the next item would have taken.
  expect(text.length).toBeGreaterThan(65_536 - 400);
  for (const name of ["dev", "prod"]) expect(shown(text, name, "lost")).toBe(5);
  for (const name of ["dev", "staging", "prod"]) expect(shown(text, name, "changed")).toBe(40);
  expect(shown(text, "prod", "made")).toBeGreaterThan(0);
  expect(shown(text, "dev", "made")).toBe(0);
});

test("each environment says what is left out of it, to the last item", () => {
  const text = markdown(three, 65_536);
  const left = 300 - shown(text, "prod", "made");
  expect(text).toContain(`> **Left out here, for its length: ${left} of 300 new resources in detail.** There.`);
  expect(text).toContain("> **Left out here, for its length: all 300 new resources in detail.** There.");
});

test("what is destroyed is the last to go, and is counted too", () => {
  const text = markdown([environment("dev", { lost: 2_000, changed: 9, made: 9 })], 20_000);
  const kept = shown(text, "dev", "lost");
  expect(kept).toBeGreaterThan(200);
  expect(text).toContain(
    `${(2_000 - kept).toLocaleString("en-US")} of 2,000 of what is destroyed or replaced, all 9 changes, all 9 new resources in detail`,
  );
});
