"""One Spark session with every setting that the job's result or its speed depends on, set here and nowhere else."""

from __future__ import annotations

from pyspark.sql import SparkSession

# What one task reads, in bytes as they lie in a file or a shuffle.
TASK_BYTES = 24 * 1024 * 1024
SETTINGS = {
    # Instants are instants: no result may depend on where the job runs.
    "spark.sql.session.timeZone": "UTC",
    # A file that cannot be read stops the reading; it is never skipped without a word.
    "spark.sql.files.ignoreCorruptFiles": "false",
    "spark.sql.files.ignoreMissingFiles": "false",
    # Where a writer left checksums, a flipped bit is found and not taken for another value.
    "spark.hadoop.parquet.page.verify-checksum.enabled": "true",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.int96RebaseModeInRead": "CORRECTED",
    # A change log is read whatever its dates: one event of an ancient day must not stop the night that keeps it.
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    # The standard type, which every reader of the snapshots knows.
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.sources.partitionOverwriteMode": "static",
    # The lake is many small files: pack them tighter into a task than the default of 4 MB each.
    "spark.sql.files.openCostInBytes": str(256 * 1024),
    # Tasks of like size, several to a core: with one or two more of them than cores, the others wait for the last one.
    "spark.sql.adaptive.coalescePartitions.parallelismFirst": "false",
    "spark.sql.adaptive.advisoryPartitionSizeInBytes": str(TASK_BYTES),
    "spark.sql.files.maxPartitionBytes": str(TASK_BYTES),
    # Listing many objects is a job of its own: one task for each of them would be slower than the listing.
    "spark.sql.sources.parallelPartitionDiscovery.parallelism": "64",
    # A night compiles some 400 classes; what falls out of the default 100 is compiled once more.
    "spark.sql.codegen.cache.maxEntries": "2000",
    # Nobody reads a folder before _job.json is there, so each file is renamed once, not twice.
    "spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version": "2",
    "spark.hadoop.fs.s3a.experimental.input.fadvise": "random",
}
# One shuffle partition for so many bytes of Parquet: about 100 MiB once it is decoded.
PARQUET_BYTES_PER_PARTITION = 16 * 1024 * 1024
SMALL_NIGHT_PARTITIONS = 8


def open_session() -> SparkSession:
    """The session of the job; master, memory and file systems come from spark-submit."""
    builder = SparkSession.builder.appName("recommendations")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def fit_session(spark: SparkSession, input_bytes: int) -> None:
    """Sets what depends on the input's size, in bytes of Parquet."""
    partitions = shuffle_partitions(input_bytes, spark.sparkContext.defaultParallelism)
    spark.conf.set("spark.sql.shuffle.partitions", partitions)
    # Planning each stage anew pays for skew and size; a small night would only wait for it.
    spark.conf.set("spark.sql.adaptive.enabled", str(partitions > SMALL_NIGHT_PARTITIONS).lower())


def shuffle_partitions(input_bytes: int, cores: int) -> int:
    """Shuffle partitions for so many Parquet bytes: a small input uses up to 4 cores, none makes more than 4,000."""
    return max(min(cores, 4), min(4000, -(-input_bytes // PARQUET_BYTES_PER_PARTITION)))
