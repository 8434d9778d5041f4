import type { Metric } from "../shared/alarm";
import type { Panel } from "../shared/panel";
import { synthesize, TEST_PLATFORM } from "../shared/synth-fixture";
import { Dashboard, widgetsOf } from "./dashboard";

const errors: Metric = { namespace: "AWS/Lambda", name: "Errors", dimensions: { FunctionName: "f" }, statistic: "Sum" };
const panel = (title: string): Panel => ({ title, lines: { failed: errors } });
type Widget = {
  x: number;
  y: number;
  width: number;
  height: number;
  type: string;
  properties: Record<string, unknown>;
};
const widgets = (counts: readonly number[]) =>
  widgetsOf(
    counts.map((count, row) => ({
      title: `row ${row}`,
      panels: Array.from({ length: count }, (_, place) => panel(`panel ${row}.${place}`)),
    })),
    TEST_PLATFORM,
  ) as Widget[];

test("nothing lies on anything else or beside the grid, however many panels a row has", () => {
  const all = widgets([4, 1, 3, 0, 7]);
  const taken = new Set<string>();
  for (const { x, y, width, height } of all) {
    expect(x + width).toBeLessThanOrEqual(24);
    for (let column = x; column < x + width; column += 1)
      for (let line = y; line < y + height; line += 1) {
        expect(taken.has(`${column},${line}`)).toBe(false);
        taken.add(`${column},${line}`);
      }
  }
  const headings = all.filter(({ type }) => type === "text").map(({ properties }) => properties.markdown);
  expect(headings).toEqual(["## row 0", "## row 1", "## row 2", "## row 3", "## row 4"]);
});

test("a graph names its metric by dimensions, label and statistic, in the platform's region", () => {
  const [, graph] = widgets([1]);
  expect(graph!.properties).toMatchObject({
    title: "panel 0.0",
    region: TEST_PLATFORM.region,
    metrics: [["AWS/Lambda", "Errors", "FunctionName", "f", { label: "failed", stat: "Sum" }]],
  });
});

test("the dashboard is found by the environment's name", () => {
  const rows = [{ title: "Sending", panels: [panel("Errors")] }];
  const stack = synthesize("/nowhere", (scope) => new Dashboard(scope, "dashboard", { platform: TEST_PLATFORM, rows }));
  const { dashboard_name, dashboard_body } = stack.one("aws_cloudwatch_dashboard");
  expect(dashboard_name).toBe("mercafacil-test-platform");
  expect(dashboard_body).toContain("jsonencode(");
});
