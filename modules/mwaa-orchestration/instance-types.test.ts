import { shapeOf } from "./instance-types";

test.each([
  ["m6g.xlarge", { vcpus: 4, memoryGib: 16, architecture: "arm64" }],
  ["m7gd.2xlarge", { vcpus: 8, memoryGib: 32, architecture: "arm64" }],
  ["m5.4xlarge", { vcpus: 16, memoryGib: 64, architecture: "x86_64" }],
  ["m6i.xlarge", { vcpus: 4, memoryGib: 16, architecture: "x86_64" }],
  ["c6a.16xlarge", { vcpus: 64, memoryGib: 128, architecture: "x86_64" }],
  ["r8g.2xlarge", { vcpus: 8, memoryGib: 64, architecture: "arm64" }],
])("the name %s says its shape", (type, shape) => {
  expect(shapeOf(type)).toEqual(shape);
});

test.each([
  "m6g",
  "m6g.large",
  "m4.xlarge",
  "x2gd.xlarge",
  "t4g.xlarge",
  "m6g.metal",
  "m7i-flex.xlarge",
  " m6g.xlarge",
])("%s has no shape that could be relied on", (type) => {
  expect(shapeOf(type)).toBeUndefined();
});
