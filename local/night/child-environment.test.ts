import { childEnvironment } from "./child-environment";

test.each([
  "AWS_PROFILE",
  "AWS_SESSION_TOKEN",
  "AWS_ENDPOINT_URL_S3",
  "AIRFLOW__CORE__DAGS_FOLDER",
  "AIRFLOW_HOME",
  "SPARK_HOME",
  "PYSPARK_PYTHON",
  "HADOOP_CONF_DIR",
  "PYTHONPATH",
])("a process of the run does not see the machine's own %s", (name) => {
  expect(childEnvironment({}, { [name]: "/elsewhere" })).not.toHaveProperty([name]);
  expect(childEnvironment({ [name]: "ours" }, { [name]: "/elsewhere" })).toHaveProperty([name], "ours");
});

test("it sees the rest, and asks no proxy for loopback, however that is written", () => {
  expect(childEnvironment({ TMPDIR: "/w" }, { PATH: "/bin", TMPDIR: "/tmp", no_proxy: "", NO_PROXY: "x" })).toEqual({
    PATH: "/bin",
    TMPDIR: "/w",
    NO_PROXY: "127.0.0.1,localhost",
    no_proxy: "127.0.0.1,localhost",
  });
});
