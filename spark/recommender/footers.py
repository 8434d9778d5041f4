"""A Parquet object's footer says how many rows it holds and of what types its columns are.

The magic number at the head is not asked for: no reader needs it, and the rows of a file without it can be read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from py4j.protocol import Py4JJavaError  # type: ignore[import-untyped]
from pyspark.sql.types import ArrayType, DataType, DecimalType, StructType

from recommender.errors import NightError
from recommender.fetch import THREADS, Located
from recommender.storage import Storage

# How Parquet stores each type of a contract: the physical type and, where one is needed, its logical type.
STORED = {
    "string": {"BINARY", "BINARY STRING", "BINARY ENUM", "BINARY JSON"},
    "bigint": {"INT64", "INT64 INTEGER(64,true)"},
    "boolean": {"BOOLEAN"},
    "date": {"INT32 DATE"},
    "timestamp": {"INT96"}
    | {f"INT64 TIMESTAMP({unit},{is_utc})" for unit in ("MILLIS", "MICROS") for is_utc in ("true", "false")},
}


@dataclass(frozen=True)
class Footer:
    """`schema`: the text of the file's schema, the same for files of one writer. `other_type`: the first column of
    another type than its contract's, None when there is none."""

    rows: int
    schema: str
    other_type: str | None


def read_footers(
    storage: Storage, located: Iterable[Located], schemas: Mapping[str, StructType]
) -> list[tuple[Located, Footer | None]]:
    """Each object with its footer, None when it has none that can be parsed; where a file system does not give
    the bytes, its error is raised: that says nothing of the object."""
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(_reader(storage, schemas), located))


def _reader(storage: Storage, schemas: Mapping[str, StructType]) -> Callable[[Located], tuple[Located, Footer | None]]:
    open_file = storage.jvm.org.apache.parquet.hadoop.ParquetFileReader.open
    input_file = storage.jvm.org.apache.parquet.hadoop.util.HadoopInputFile.fromPath
    compared: dict[tuple[str, str], str | None] = {}

    def footer(it: Located) -> Footer:
        reader = open_file(input_file(storage.path(it.url), storage.conf))
        try:
            schema = reader.getFileMetaData().getSchema()
            text = str(schema.toString())
            kind = it.item.contract, text
            if kind not in compared:
                compared[kind] = other_type(schemas[it.item.contract], schema)
            return Footer(int(reader.getRecordCount()), text, compared[kind])
        finally:
            reader.close()

    def read(it: Located) -> tuple[Located, Footer | None]:
        for _ in range(2):
            try:
                return it, footer(it)
            except Py4JJavaError:
                # Whether the object is at fault is known once its bytes can be read.
                read_end(storage, it)
        return it, None

    return read


def read_end(storage: Storage, it: Located) -> None:
    """Reads the last bytes of an object. One that is gone stops the night; what else a file system says may pass."""
    try:
        stream = storage.file_system(it.url).open(storage.path(it.url))
        try:
            stream.seek(max(0, it.item.size - 8))
            stream.read()
        finally:
            stream.close()
    except Py4JJavaError as error:
        if "FileNotFoundException" not in str(error):
            raise
        raise NightError(f"{it.item.key} is not there, though the night's input names it.") from error


def other_type(expected: StructType, found: Any) -> str | None:
    """The first column that a Parquet group holds as another type than expected, as words. A column that it lacks is
    null, and one that is not expected is not read."""
    columns = {
        str(found.getType(place).getName()).lower(): found.getType(place) for place in range(found.getFieldCount())
    }
    for field in expected.fields:
        column = columns.get(field.name)
        said = None if column is None else _differs(field.dataType, column)
        if said is not None:
            return f"{field.name}{said}"
    return None


def _differs(expected: DataType, column: Any) -> str | None:
    if isinstance(expected, ArrayType):
        element = _element(column)
        said = " is no list" if element is None else _differs(expected.elementType, element)
        return said
    if isinstance(expected, StructType):
        said = " is no group" if column.isPrimitive() else other_type(expected, column)
        return said if said is None or said.startswith(" ") else f".{said}"
    stored = _stored(column)
    wanted = STORED.get(expected.simpleString(), set())
    matches = (
        stored.endswith(f" {expected.simpleString().upper()}")
        if isinstance(expected, DecimalType)
        else stored in wanted
    )
    return None if matches else f" is {stored}, {expected.simpleString()} is expected"


def _element(column: Any) -> Any | None:
    """What a list holds, written in three levels as the format has it, or in two as old writers do."""
    if column.isPrimitive() or _logical(column) != "LIST":
        return None
    repeated = column.asGroupType().getType(0)
    if repeated.isPrimitive() or repeated.asGroupType().getFieldCount() != 1:
        return repeated
    return repeated.asGroupType().getType(0)


def _stored(column: Any) -> str:
    if not column.isPrimitive():
        return "a group"
    physical = str(column.asPrimitiveType().getPrimitiveTypeName().name())
    return " ".join(filter(None, (physical, _logical(column))))


def _logical(column: Any) -> str | None:
    annotation = column.getLogicalTypeAnnotation()
    return None if annotation is None else str(annotation.toString())
