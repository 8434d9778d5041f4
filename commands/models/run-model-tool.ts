// `npm run evaluate` and `npm run train`: the Python programs of the same name with the Python and Java of the set-up.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { findTools } from "../../local/night/tools";

const TOOLS = ["evaluate", "train"];
// Plans live for seconds here: compiling them thoroughly takes longer than running them.
const JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dlog4j2.level=ERROR";

const run = async (): Promise<number> => {
  const [tool = "", ...args] = process.argv.slice(2);
  if (!TOOLS.includes(tool)) throw new Error(`received ${tool || "nothing"}, expected ${TOOLS.join(" or ")}.`);
  const { root, sparkPython, javaHome } = await findTools();
  const submit = [
    "--master local[*]",
    "--driver-memory 3g",
    "--conf spark.ui.enabled=false --conf spark.ui.showConsoleProgress=false --conf spark.driver.bindAddress=127.0.0.1",
    `--conf "spark.driver.extraJavaOptions=${JAVA}" pyspark-shell`,
  ].join(" ");
  const environment = {
    ...process.env,
    JAVA_HOME: javaHome,
    PYSPARK_PYTHON: sparkPython,
    PYSPARK_SUBMIT_ARGS: submit,
    SPARK_LOCAL_IP: "127.0.0.1",
  };
  const { status, error } = spawnSync(sparkPython, [join(root, "spark", `${tool}.py`), ...args], {
    stdio: "inherit",
    env: environment,
  });
  if (error) throw error;
  return status ?? 1;
};

run()
  .then((status) => {
    process.exitCode = status;
  })
  .catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
