// The run's own processes inherit the machine's environment, but nothing that points them at another AWS account, Airflow,
// Spark or set of modules than the run's, nor at a proxy for what listens on loopback.

const FOREIGN = /^(?:AWS|AIRFLOW|SPARK|PYSPARK|HADOOP|MOTO)_|^PYTHON(?:PATH|HOME|STARTUP)$/;
const LOOPBACK = "127.0.0.1,localhost";

/** The environment of a process of the run: `inherited` without what is another's, then `own`. */
export const childEnvironment = (
  own: Readonly<Record<string, string>>,
  inherited: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(inherited).filter(([name]) => !FOREIGN.test(name))),
  // Where both are there, Python believes the small letters.
  NO_PROXY: LOOPBACK,
  no_proxy: LOOPBACK,
  ...own,
});
