import { shopperOf } from "../shared/out-file-fixture";
import { isHeldOut } from "./hold-out";

const SHOPPERS = Array.from({ length: 20_000 }, (_, index) => shopperOf(index));
const heldOut = (tenantId: string, share: number): string[] =>
  SHOPPERS.filter((shopper) => isHeldOut(tenantId, shopper, share));

test("nobody is held out of nothing, and about the share otherwise", () => {
  expect(heldOut("rede-azul", 0)).toEqual([]);
  // Six standard errors of 20,000 draws.
  expect(Math.abs(heldOut("rede-azul", 0.1).length - 2_000)).toBeLessThan(6 * Math.sqrt(20_000 * 0.09));
  expect(Math.abs(heldOut("rede-azul", 0.5).length - 10_000)).toBeLessThan(6 * Math.sqrt(20_000 * 0.25));
});

test("the same shoppers are held out for ever, and a larger share keeps them", () => {
  const few = heldOut("rede-azul", 0.05);
  expect(heldOut("rede-azul", 0.05)).toEqual(few);
  const more = new Set(heldOut("rede-azul", 0.1));
  expect(few.filter((shopper) => !more.has(shopper))).toEqual([]);
  // Written down once: a changed hash would make another group of all who were measured before.
  expect(few.slice(0, 3).map((shopper) => SHOPPERS.indexOf(shopper))).toEqual([80, 85, 87]);
});

test("each chain holds out by its own draw", () => {
  const azul = new Set(heldOut("rede-azul", 0.1));
  const both = heldOut("rede-verde", 0.1).filter((shopper) => azul.has(shopper));
  expect(Math.abs(both.length - 200)).toBeLessThan(6 * Math.sqrt(200));
});
