"""Small objects are brought to the cluster's own disks with one or two requests each, then read there.

Reading one Parquet file over S3 costs about ten requests, whatever its size; a night reads thousands of small ones.
Large objects, and any on a file system that is local already, are read where they are.
"""

from __future__ import annotations

import re
import tempfile
import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from pyspark.sql import DataFrame

from recommender.errors import NightError
from recommender.frozen_input import UNREAD, FrozenObject
from recommender.storage import Storage

FETCH_BELOW_BYTES = 4 * 1024 * 1024
# What the night may hold on the cluster's disks; the rest is read from S3.
FETCH_TOTAL_BYTES = 16 * 1024 * 1024 * 1024
THREADS = 16
# Spark skips names that begin so, and spells other characters differently in a row's file path.
READABLE_KEY = re.compile(r"(?:[A-Za-z0-9.=+-][A-Za-z0-9._=+-]*/)*[A-Za-z0-9=+-][A-Za-z0-9._=+-]*")


@dataclass(frozen=True)
class Located:
    """An object, the URL that Spark reads it from, and the folder to name to Spark when that URL lies in one."""

    item: FrozenObject
    url: str
    folder: str | None

    def alone(self) -> Located:
        """The object to be named to Spark by itself: a folder would bring its other files along."""
        return replace(self, folder=None)


class Workspace:
    """A folder of the night's own on the cluster's file system; removed by `close`."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        default: str = storage.jvm.org.apache.hadoop.fs.FileSystem.getDefaultUri(storage.conf).getScheme()
        self.is_local = default == "file"
        if self.is_local:
            scratch = storage.jvm.java.lang.System.getProperty("java.io.tmpdir")
            self.url = "file://" + tempfile.mkdtemp(prefix="recommendations-", dir=scratch)
        else:
            home = storage.jvm.org.apache.hadoop.fs.FileSystem.get(storage.conf).getHomeDirectory().toString()
            self.url = f"{home}/recommendations-{uuid.uuid4()}"
        self._local_file: Any = storage.jvm.java.io.FileOutputStream

    def create(self, url: str) -> Any:
        """A stream into a new file. A local one is opened plainly: Hadoop would start a chmod for each."""
        if self.is_local:
            return self._local_file(url.removeprefix("file://"))
        return self.storage.file_system(url).create(self.storage.path(url), True)

    def keep(self, frame: DataFrame, name: str) -> DataFrame:
        """The same rows, computed once and read back from the cluster's disks: whatever is made of them is planned
        and, if an executor is lost, recomputed from there."""
        folder = f"{self.url}/kept/{name}"
        frame.write.mode("overwrite").parquet(folder)
        return frame.sparkSession.read.schema(frame.schema).parquet(folder)

    def forget(self, it: Located) -> None:
        """Removes an object's copy, if it was fetched: a folder is read with all that lies in it."""
        if it.folder is not None:
            self.storage.delete(it.url)

    def close(self) -> None:
        """Removes the folder; a folder that stays is no reason to fail a night."""
        with suppress(Exception):
            self.storage.delete(self.url)


def locate(
    workspace: Workspace,
    lake: str,
    objects: Iterable[FrozenObject],
    below: int = FETCH_BELOW_BYTES,
    into: str = "objects",
) -> list[Located]:
    """Fetches the objects smaller than `below` bytes and says where each is to be read; `lake` is the bucket's URL,
    `into` the folder of the workspace that no other call fetches into."""
    room = FETCH_TOTAL_BYTES
    located: list[Located] = []
    fetched: list[Located] = []
    for index, item in enumerate(objects):
        url = f"{lake}/{item.key}"
        if not item.size:
            # Spark would pass over it without a word.
            raise NightError(f"{url} is empty, so it is no Parquet: remove or replace it, then refreeze.")
        wanted = not url.startswith("file:") and item.size < below and item.size <= room
        if not wanted and READABLE_KEY.fullmatch(item.key):
            located.append(Located(item, url, None))
            continue
        room -= item.size
        folder = f"{workspace.url}/{into}/{UNREAD if item.role == UNREAD else item.contract}"
        fetched.append(Located(item, f"{folder}/{index:08d}.parquet", folder))
    for folder in {str(it.folder) for it in fetched}:
        workspace.storage.file_system(folder).mkdirs(workspace.storage.path(folder))
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(_copier(workspace, lake), fetched))
    return located + fetched


def copy_again(workspace: Workspace, lake: str, it: Located) -> Located:
    """The object in a fresh copy, whatever its size; itself where the lake is a local file system."""
    [copy] = locate(workspace, lake, [it.item], it.item.size + 1, f"again/{uuid.uuid4()}")
    return it if copy.folder is None else copy


def _copier(workspace: Workspace, lake: str) -> Callable[[Located], None]:
    storage = workspace.storage
    copy_all = storage.jvm.org.apache.commons.io.IOUtils.copyLarge
    source = storage.file_system(lake)

    def copy(target: Located) -> None:
        item = target.item
        try:
            # The size spares S3A the request that asks for it, where the Hadoop release knows the option.
            opening = source.openFile(storage.path(f"{lake}/{item.key}"))
            opening = opening.opt("fs.option.openfile.length", str(item.size))
            opening = opening.opt("fs.option.openfile.read.policy", "whole-file")
            incoming = opening.build().get()
            outgoing = workspace.create(target.url)
            try:
                size = copy_all(incoming, outgoing)
            finally:
                outgoing.close()
                incoming.close()
        except Exception as error:
            if "FileNotFoundException" in str(error):
                raise NightError(f"{lake}/{item.key} is not there, though the night's input names it.") from error
            # Another try may find the file system in order: the night is not refused for it.
            raise OSError(f"{lake}/{item.key} could not be copied.") from error
        if size != item.size:
            raise NightError(
                f"{lake}/{item.key} has {size} bytes, {item.size} were frozen: run the night with refreeze."
            )

    return copy
