import { strFromU8, unzipSync } from "fflate";
import { type Clone, cloneFixture } from "../shared/clone-fixture";
import { sparkPackage } from "./spark-package";

let clone: Clone;
beforeAll(() => {
  clone = cloneFixture();
  clone.write("package/__init__.py", "");
  clone.write("package/windows.py", "n = 56\n");
  clone.write("package/test_windows.py", "assert False\n");
  clone.write("package/notes.txt", "");
  clone.write("schemas/purchase_v1.json", "{}");
});
afterAll(() => clone.remove());

const build = () => sparkPackage(`${clone.root}/package`, `${clone.root}/schemas`);

test("the package holds the recommender and the contracts' schemas, and neither tests nor notes", () => {
  const files = unzipSync(build());
  expect(Object.keys(files)).toEqual([
    "recommender/__init__.py",
    "recommender/contracts/purchase_v1.json",
    "recommender/windows.py",
  ]);
  expect(strFromU8(files["recommender/windows.py"]!)).toBe("n = 56\n");
});

test("other file times give the same package", () => {
  const before = build();
  clone.touch(new Date("2020-02-29T12:00:00Z"));
  expect(Buffer.from(build()).equals(Buffer.from(before))).toBe(true);
});
