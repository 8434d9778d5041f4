"""The DAG needs nothing that MWAA's image does not hold: it has no requirements to install, and no index to ask."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

DAGS = Path(__file__).parent
SHIPPED = sorted(path for path in DAGS.glob("*.py") if not path.name.startswith(("test_", "conftest")))
# What MWAA installs, in the versions of its constraints; all they need comes with them.
IMAGE = ("apache-airflow", "apache-airflow-providers-amazon")

# Loads the DAG as the image would: a module that comes with the tests alone is not there.
LOAD = """
import sys
held = set(sys.argv[2].split(","))
from importlib.metadata import packages_distributions
missing = {module for module, makers in packages_distributions().items() if not held & set(makers)}
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in missing:
            raise ModuleNotFoundError(f"MWAA's image holds no {name}", name=name)
sys.meta_path.insert(0, Missing())
sys.path.insert(0, sys.argv[1])
import recommendations_nightly
print(recommendations_nightly.dag.dag_id)
"""


def closure(names: tuple[str, ...]) -> set[str]:
    """The distributions and all that they need, without extras, by their normalized names."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = normalized(waiting.pop())
        if name in found:
            continue
        try:
            needed = [Requirement(line) for line in requires(name) or []]
        except PackageNotFoundError:
            continue
        found.add(name)
        waiting += [it.name for it in needed if it.marker is None or it.marker.evaluate({"extra": ""})]
    return found


def normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


HELD = closure(IMAGE)


def imported(tree: ast.AST) -> Iterator[str]:
    """The top-level modules that the code imports, wherever in it; what only a type checker sees does not count."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]
        yield from imported(node)


def foreign(source: str) -> list[str]:
    """Modules that are neither Python's, nor ours, nor of a distribution that the image holds."""
    makers = packages_distributions()
    known = sys.stdlib_module_names | {path.stem for path in SHIPPED}
    return sorted(
        module
        for module in set(imported(ast.parse(source)))
        if module not in known and not HELD & {normalized(maker) for maker in makers.get(module, [])}
    )


def test_what_is_shipped_imports_only_what_the_image_holds() -> None:
    assert len(SHIPPED) > 5
    assert {path.name: foreign(path.read_text()) for path in SHIPPED} == {path.name: [] for path in SHIPPED}


@pytest.mark.parametrize(
    ("planted", "module"),
    [
        ("import duckdb", "duckdb"),
        ("import pytest", "pytest"),
        ("def task():\n    from pandas.io import sql", "pandas"),
        ("try:\n    import pyarrow.parquet\nexcept ImportError:\n    pass", "pyarrow"),
        ("import mypy_boto3_emr", "mypy_boto3_emr"),
    ],
)
def test_what_the_image_does_not_hold_is_named(planted: str, module: str) -> None:
    assert foreign(planted) == [module]


@pytest.mark.parametrize(
    "harmless",
    ["import boto3", "import pendulum", "from airflow.sdk import DAG", "if TYPE_CHECKING:\n    import mypy_boto3_emr"],
)
def test_what_the_image_holds_and_what_is_for_types_passes(harmless: str) -> None:
    assert foreign(harmless) == []


def load(dags: Path) -> subprocess.CompletedProcess[str]:
    held = {maker for makers in packages_distributions().values() for maker in makers if normalized(maker) in HELD}
    command = [sys.executable, "-c", LOAD, str(dags), ",".join(sorted(held))]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_dag_loads_where_nothing_else_is_installed(shipped: Path) -> None:
    loaded = load(shipped)
    assert loaded.stdout.splitlines()[-1:] == ["recommendations_nightly"], loaded.stderr


def test_a_module_of_the_tests_is_not_there_when_it_loads(shipped: Path, tmp_path: Path) -> None:
    for file in shipped.glob("*.*"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    planted = tmp_path / "job_flow.py"
    planted.write_text(f"{planted.read_text()}\nimport pytest\n")
    loaded = load(tmp_path)
    assert loaded.returncode != 0
    assert "MWAA's image holds no pytest" in loaded.stderr
