import { type Clone, cloneFixture } from "./clone-fixture";
import { shippedFiles } from "./files";

let clone: Clone;
beforeAll(() => {
  clone = cloneFixture();
  for (const path of ["b.py", "a/c.py", "test_b.py", "a/test_c.py", "conftest.py", "b_test.py", "__pycache__/b.pyc"]) {
    clone.write(`ship/${path}`, "");
  }
  for (const path of [".hidden", "tests/helper.py", "a/data.json", "B.py"]) clone.write(`ship/${path}`, "");
});
afterAll(() => clone.remove());

test("what ships is listed in byte order, tests, caches and hidden files left out", () => {
  expect(shippedFiles(`${clone.root}/ship`)).toEqual(["B.py", "a/c.py", "a/data.json", "b.py"]);
});
