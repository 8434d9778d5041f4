import { newGate } from "./gate";

test("so many are inside at once, in the order in which they came, and a failure gives its place back", async () => {
  const gate = newGate(2);
  let inside = 0;
  let most = 0;
  const began: number[] = [];
  const works = Array.from({ length: 9 }, (_, place) =>
    gate(async () => {
      began.push(place);
      inside += 1;
      most = Math.max(most, inside);
      await new Promise(setImmediate);
      inside -= 1;
      if (place % 3 === 0) throw new Error("broken");
      return place;
    }),
  );
  const ended = await Promise.allSettled(works);
  expect(most).toBe(2);
  expect(began).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(ended.filter(({ status }) => status === "rejected")).toHaveLength(3);
  expect(await gate(async () => "in")).toBe("in");
});
