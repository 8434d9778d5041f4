"""Small files and folders of any file system that Hadoop knows: s3:// on AWS and in the local run, file:// in tests."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from pyspark.sql import SparkSession


class Storage:
    """Reads and writes whole small files by their URL."""

    def __init__(self, spark: SparkSession) -> None:
        self.jvm: Any = spark.sparkContext._jvm  # PySpark has no public door to Hadoop's file systems.
        self.conf: Any = spark.sparkContext._jsc.hadoopConfiguration()

    @cached_property
    def _path(self) -> Any:
        # Looking a class up asks the virtual machine once for each part of its name: too often for each of many files.
        return self.jvm.org.apache.hadoop.fs.Path

    def path(self, url: str) -> Any:
        """Hadoop's path of a URL."""
        return self._path(url)

    def file_system(self, url: str) -> Any:
        """The file system of a URL."""
        return self.path(url).getFileSystem(self.conf)

    def read_bytes(self, url: str) -> bytes | None:
        """The content of a file, or None when it is not there."""
        try:
            stream = self.file_system(url).open(self.path(url))
        except Exception as error:
            if "FileNotFoundException" in str(error):
                return None
            raise
        try:
            return bytes(self.jvm.org.apache.commons.io.IOUtils.toByteArray(stream))
        finally:
            stream.close()

    def write_text(self, url: str, text: str) -> None:
        """Writes or replaces a file, in UTF-8."""
        stream = self.file_system(url).create(self.path(url), True)
        try:
            stream.write(bytearray(text.encode()))
        finally:
            stream.close()

    def copy(self, source: str, target: str) -> None:
        """Copies a file as it is, from one file system to another; what lies there already is replaced."""
        self.jvm.org.apache.hadoop.fs.FileUtil.copy(
            self.file_system(source),
            self.path(source),
            self.file_system(target),
            self.path(target),
            False,
            True,
            self.conf,
        )

    def delete(self, url: str) -> None:
        """Removes a file or a whole folder, if it is there."""
        self.file_system(url).delete(self.path(url), True)

    def list_files(self, url: str) -> list[str]:
        """The paths below a folder of all its files, relative to it and sorted."""
        file_system = self.file_system(url)
        root = file_system.makeQualified(self.path(url)).toUri().getPath().rstrip("/") + "/"
        found: list[str] = []
        if not file_system.exists(self.path(url)):
            return found
        files = file_system.listFiles(self.path(url), True)
        while files.hasNext():
            found.append(files.next().getPath().toUri().getPath().removeprefix(root))
        return sorted(found)
