// The night's configuration for tests: dev's night on invented ground.
import { dev } from "../../environments/dev";
import { TEST_KEY, TEST_PLATFORM } from "../shared/synth-fixture";
import { nightConfiguration } from "./night-configuration";

const bucket = (name: string) => ({ name, arn: `arn:aws:s3:::${name}`, key: TEST_KEY });

/** As the stack uploads it beside the DAG. */
export const testConfiguration = () =>
  nightConfiguration({
    platform: TEST_PLATFORM,
    night: dev.night,
    place: { privateSubnetIds: ["subnet-a", "subnet-b"] },
    buckets: { in: bucket("in"), out: bucket("out"), artifacts: bucket("artifacts"), logs: bucket("logs") },
    firehoseBufferSeconds: 300,
    code: { entry: "code/recommend.py", package: "code/recommender.zip" },
    roles: { service: "emr-service", nodes: "emr-nodes" },
    security: { configuration: "night", groups: { master: "sg-m", core: "sg-c", service: "sg-s", additional: [] } },
  });
