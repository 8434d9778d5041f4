// One page from ingestion to delivery: a row of graphs a part, in the order in which an event travels, each with a title
// that a person understands.
import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import type { Panel } from "../shared/panel";
import type { Platform } from "../shared/platform";

// CloudWatch's grid is 24 units wide.
const COLUMNS = 24;
const PANELS_A_ROW = 3;
const HEIGHT = 6;
const TITLE_HEIGHT = 1;
const PERIOD_SECONDS = 300;

/** One part of the platform: its title, and what it shows of itself. */
export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

export interface DashboardProps {
  readonly platform: Platform;
  /** From top to bottom. */
  readonly rows: readonly Row[];
}

/** The environment's dashboard. */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, { platform, rows }: DashboardProps) {
    super(scope, id);
    new CloudwatchDashboard(this, "dashboard", {
      dashboardName: `${platform.prefix}-platform`,
      dashboardBody: Fn.jsonencode({ widgets: widgetsOf(rows, platform) }),
    });
  }
}

/** The graphs of all rows on CloudWatch's grid. */
export function widgetsOf(rows: readonly Row[], { region }: Pick<Platform, "region">): object[] {
  const width = COLUMNS / PANELS_A_ROW;
  let y = 0;
  return rows.flatMap(({ title, panels }) => {
    const heading = {
      type: "text",
      x: 0,
      y,
      width: COLUMNS,
      height: TITLE_HEIGHT,
      properties: { markdown: `## ${title}` },
    };
    const top = y + TITLE_HEIGHT;
    const graphs = panels.map((panel, place) => ({
      type: "metric",
      x: (place % PANELS_A_ROW) * width,
      y: top + Math.floor(place / PANELS_A_ROW) * HEIGHT,
      width,
      height: HEIGHT,
      properties: { ...graph(panel), region, period: PERIOD_SECONDS, view: "timeSeries" },
    }));
    y = top + Math.ceil(panels.length / PANELS_A_ROW) * HEIGHT;
    return [heading, ...graphs];
  });
}

function graph({ title, lines }: Panel) {
  const metrics = Object.entries(lines).map(([label, { namespace, name, dimensions, statistic }]) => [
    namespace,
    name,
    ...Object.entries(dimensions).flat(),
    { label, stat: statistic },
  ]);
  return { title, metrics };
}
