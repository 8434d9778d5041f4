"""Decides as IAM does whether a role's policies allow an action: allowed by a statement, or refused.

Only what the stack's identity policies use is known here (allowing statements, wildcards, the condition operators and
keys below); anything else is refused when the policies are read, so that nothing is ever half understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

OPERATORS = frozenset({"StringEquals", "StringLike", "ArnLike", "Bool"})
# Condition keys that requests are given a value of; a trailing slash stands for a tag's key after it.
KNOWN_KEYS = ("kms:ViaService", "iam:PassedToService", "elasticmapreduce:ResourceTag/", "elasticmapreduce:RequestTag/")
STATEMENT_PARTS = frozenset({"effect", "actions", "resources", "condition", "sid"})


class PolicyRefused(ValueError):
    """A policy says something that is not decided here; the message names it."""


@dataclass(frozen=True)
class Asked:
    """One action on one resource, with the condition keys that the request carries."""

    action: str
    resource: str
    context: tuple[tuple[str, str], ...] = ()


@lru_cache(maxsize=4096)
def _pattern(wildcard: str, ignore_case: bool) -> re.Pattern[str]:
    text = "".join(".*" if part == "*" else "." if part == "?" else re.escape(part) for part in wildcard)
    return re.compile(text, re.DOTALL | (re.IGNORECASE if ignore_case else 0))


def matches(wildcard: str, value: str, ignore_case: bool = False) -> bool:
    """Whether the value fits the text, in which * and ? are wildcards."""
    return _pattern(wildcard, ignore_case).fullmatch(value) is not None


@dataclass(frozen=True)
class Condition:
    """One condition of a statement; a request without the key does not meet it."""

    operator: str
    key: str
    values: tuple[str, ...]

    def is_met(self, context: Mapping[str, str]) -> bool:
        """Whether the request's keys meet it."""
        given = context.get(self.key)
        if given is None:
            return False
        if self.operator in ("StringLike", "ArnLike"):
            return any(matches(value, given) for value in self.values)
        return given in self.values


@dataclass(frozen=True)
class Statement:
    """An allowing statement."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[Condition, ...]

    def allows(self, asked: Asked) -> bool:
        """Whether action, resource and conditions all fit."""
        return (
            any(matches(action, asked.action, ignore_case=True) for action in self.actions)
            and any(matches(resource, asked.resource) for resource in self.resources)
            and all(condition.is_met(dict(asked.context)) for condition in self.conditions)
        )


class Role:
    """A role by name, with the statements of its policies."""

    def __init__(self, name: str, statements: Iterable[Mapping[str, Any]]) -> None:
        self.name = name
        self._statements = tuple(_statement(name, statement) for statement in statements)
        self.allows = lru_cache(maxsize=4096)(self._allows)

    def _allows(self, asked: Asked) -> bool:
        return any(statement.allows(asked) for statement in self._statements)


def _statement(role: str, raw: Mapping[str, Any]) -> Statement:
    unknown = sorted(set(raw) - STATEMENT_PARTS)
    if unknown:
        raise PolicyRefused(f"the policy of {role} has a statement with {', '.join(unknown)}: not decided here")
    if raw.get("effect", "Allow") != "Allow":
        raise PolicyRefused(
            f"the policy of {role} has a statement of effect {raw['effect']}: only Allow is decided here"
        )
    return Statement(
        actions=tuple(raw.get("actions", ())),
        resources=tuple(raw.get("resources", ())),
        conditions=tuple(_condition(role, condition) for condition in raw.get("condition") or ()),
    )


def _condition(role: str, raw: Mapping[str, Any]) -> Condition:
    operator, key = raw["test"], raw["variable"]
    if operator not in OPERATORS:
        raise PolicyRefused(f"the policy of {role} has the condition operator {operator}: not decided here")
    if not any(key == known or (known.endswith("/") and key.startswith(known)) for known in KNOWN_KEYS):
        raise PolicyRefused(f"the policy of {role} has the condition key {key}: no request is given a value of it here")
    return Condition(operator, key, tuple(str(value) for value in raw["values"]))


def refusal(role: str, account: str, asked: Asked) -> str:
    """The sentence of a refusal, as AWS words it: role, action, resource."""
    return (
        f"User: arn:aws:sts::{account}:assumed-role/{role}/local is not authorized to perform: {asked.action} "
        f"on resource: {asked.resource} because no identity-based policy allows the {asked.action} action"
    )
