"""What tests of a role's permissions share: its statements as synthesized, one permission less, what was refused."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PRINT_ACCESS = ROOT / "dist" / "local" / "permissions" / "print-access.js"
Statement = dict[str, Any]


class RoleProofs:
    """A role of the local stack. `statements`: what it may do; `provable`: statement (by place) and action of each
    permission but those that the docs say no run can prove."""

    def __init__(self, role: str, part: str, names: Mapping[str, str] | None = None) -> None:
        """part: the role's name in the proofs; names: what a test calls the stack's things, by the stack's names."""
        if not PRINT_ACCESS.exists():
            raise RuntimeError(f"{PRINT_ACCESS} is missing, which says what each role may do: npm run build makes it.")
        printed = subprocess.run(["node", str(PRINT_ACCESS)], check=True, stdout=subprocess.PIPE, text=True).stdout
        for name, here in (names or {}).items():
            printed = printed.replace(name, here)
        given = json.loads(printed)
        self.role, self.part = role, part
        self.access: dict[str, Any] = given["access"]
        self.statements: list[Statement] = self.access["roles"][role]
        unproven = [(row["statement"], row["action"]) for row in given["unproven"] if row["role"] == role]
        self.permissions = [(index, action) for index, one in enumerate(self.statements) for action in one["actions"]]
        self.provable = [each for each in self.permissions if each not in unproven]

    def without(self, statement: int, action: str) -> list[Statement]:
        """The role's statements with one permission taken out."""
        return [
            {**one, "actions": [each for each in one["actions"] if (index, each) != (statement, action)]}
            for index, one in enumerate(self.statements)
        ]

    def teach(self, url: str, statements: list[Statement]) -> None:
        """Makes these the statements of the role, the only one that the stand-in at that address judges."""
        known = {"account": self.access["accountId"], "region": self.access["region"], "keys": self.access["keys"]}
        _post(f"{url}/_access/roles", {**known, "instance_profiles": {}, "roles": {self.role: statements}})

    def refused(self, url: str) -> list[tuple[str, str]]:
        """The (role, action) pairs that were refused since."""
        return [(role, action) for role, action in _post(f"{url}/_access/refused", {})]

    def report(self, statement: int, action: str, why: str) -> None:
        """Adds a proof to the file that PERMISSION_PROOFS names, if it does."""
        file = os.environ.get("PERMISSION_PROOFS")
        if file:
            proof = {"part": self.part, "statement": statement, "action": action, "why": why[:300]}
            with Path(file).open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(proof) + "\n")


def _post(url: str, body: object) -> Any:
    request = urllib.request.Request(url, json.dumps(body).encode(), method="POST")
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)
