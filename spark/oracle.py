"""What a night must give, computed row by row in plain Python: the tests' second opinion, slow and without Spark.

It shares no code with the recommender, on purpose; only what is written down for both (constants of the formats) is
repeated here.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from oracle_offers import ranking
from oracle_policy import may_offer, policy_of
from oracle_sales import kept

ZONE = ZoneInfo("America/Sao_Paulo")
NAMESPACE = uuid.UUID("b7f1c1de-3a52-5c0e-8f0b-5d8a4f2f7a10")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CONTRACTS = ("purchase", "coupon", "product", "shopper")
COLUMNS = {
    "purchase": ["event_id", "occurred_at", "store_id", "cpf", "loyalty_id", "items"],
    "coupon": ["event_id", "occurred_at", "store_id", "coupon", "cpf", "loyalty_id", "sku"],
    "product": ["event_id", "occurred_at", "store_id", "sku", "name", "unit_price", "department", "in_stock"],
    "shopper": ["event_id", "occurred_at", "store_id", "cpf", "loyalty_id", "phone", "channel", "consent_text_version"],
}
Row = dict[str, Any]


@dataclass
class Snapshots:
    """`product` by (tenant, sku) → row; `shopper` by (tenant, kind, token) → (newest, link)."""

    product: dict[tuple[str, str], Row] = field(default_factory=dict)
    shopper: dict[tuple[str, str, str], tuple[tuple[datetime, str], tuple[datetime, str, str] | None]] = field(
        default_factory=dict
    )


@dataclass
class Expected:
    """The parts of a night that the tests compare; `lines` by tenant, sorted by shopper."""

    by_contract: dict[str, dict[str, int]]
    tenants: dict[str, dict[str, Any]]
    lines: dict[str, list[str]]
    quarantine: list[tuple[Any, ...]]
    snapshots: Snapshots


def local_midnight(day: date) -> datetime:
    """The first instant of a local day: found by walking back from noon, minute by minute, while the day stays."""
    instant = datetime(day.year, day.month, day.day, 15, tzinfo=UTC)
    while (instant - timedelta(minutes=1)).astimezone(ZONE).date() == day:
        instant -= timedelta(minutes=1)
    return instant


def expected_night(
    objects: Iterable[Row], document: Row, policy: str, days: int, previous: Snapshots, model: Row
) -> Expected:
    """The night of a frozen input; `objects` have `key`, `contract`, `event_type`, `extra`, `rows`."""
    day = date.fromisoformat(document["business_date"])
    start, end = local_midnight(day - timedelta(days=days - 1)), local_midnight(day + timedelta(days=1))
    since = datetime.fromisoformat(document["late_since"]) if document["late_since"] else None
    roles = {item["key"]: item["role"] for item in document["objects"]}
    counts = {name: Counter[str]() for name in CONTRACTS}
    quarantine: list[tuple[Any, ...]] = []
    competing: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for item in objects:
        contract, role = item["contract"], roles.get(item["key"])
        if role is None:
            continue
        if role == "unread":
            counts[contract]["out_of_window"] += len(item["rows"])
            continue
        for said in item["rows"]:
            row = {**said, "event_type": item["event_type"], "object": item["key"], "late": False}
            row["at"] = row["occurred_at"]
            if contract in ("purchase", "coupon") and row["occurred_at"] is not None:
                inside = start <= row["occurred_at"] < end
                if not inside and role == "late" and row["occurred_at"] < start:
                    row["late"] = since is None or (row["received_at"] is not None and row["received_at"] >= since)
                    unknown = since is not None and row["received_at"] is None
                    if (row["late"] and policy == "drop") or not (row["late"] or unknown):
                        counts[contract]["late"] += row["late"]
                        counts[contract]["out_of_window"] += 1
                        continue
                    if row["late"] and policy == "clip":
                        row["at"] = start
                elif not inside:
                    counts[contract]["out_of_window"] += 1
                    continue
            counts[contract]["read"] += 1
            reason = defect(contract, row)
            if reason:
                counts[contract]["set_aside"] += 1
                quarantine.append(_filed(reason, contract, row))
                continue
            row["content"] = content(contract, row, item["extra"])
            competing[contract, row["tenant_id"], row["event_id"]].append(row)
    used: dict[str, list[Row]] = defaultdict(list)
    for (contract, _, _), rows in competing.items():
        by_content: dict[str, list[Row]] = defaultdict(list)
        for row in sorted(rows, key=lambda row: (row["received_at"], row["object"])):
            by_content[row["content"]].append(row)
        firsts = sorted((copies[0] for copies in by_content.values()), key=lambda r: (r["received_at"], r["content"]))
        counts[contract]["duplicates"] += len(rows) - len(firsts)
        counts[contract]["conflicts"] += len(firsts) - 1
        quarantine += [_filed("ID_CONFLICT", contract, row) for row in firsts[1:]]
        used[contract].append(firsts[0])
        counts[contract]["used"] += 1
        counts[contract]["late"] += firsts[0]["late"]
        if contract == "purchase":
            counts[contract]["anonymous"] += firsts[0]["cpf"] is None and firsts[0]["loyalty_id"] is None
    snapshots = fold(previous, used["product"], used["shopper"])
    lines, levels, bought = offers(used["purchase"], snapshots, day, model)
    counts["purchase"].update(bought)
    digest = _digests(used)
    tenants = {
        tenant: {
            "status": "OK" if any(row["tenant_id"] == tenant for row in used["purchase"]) else "NO_DATA",
            "failure": None,
            "lines": len(lines.get(tenant, [])),
            "by_fallback_level": dict(levels.get(tenant, {})),
            "newest_purchase": max(
                (f"{it['occurred_at']:%Y-%m-%dT%H:%M:%SZ}" for it in used["purchase"] if it["tenant_id"] == tenant),
                default=None,
            ),
            "input_digest": digest.get(tenant, hashlib.sha256(b"").hexdigest()),
        }
        for tenant in set(digest) | set(lines)
    }
    names = ["read", "used", "duplicates", "conflicts", "set_aside", "out_of_window", "late", "anonymous"]
    names += ["returns", "netted", "unmatched_returns", "capped"]
    by_contract = {contract: {name: int(mine[name]) for name in names} for contract, mine in counts.items()}
    return Expected(by_contract, tenants, lines, sorted(quarantine, key=str), snapshots)


def defect(contract: str, row: Row) -> str | None:
    """Why a row is set aside."""
    if row["tenant_id"] is None or not re.fullmatch(r"[a-z0-9-]{1,32}", row["tenant_id"]):
        return "TENANT"
    if any(row[name] is None for name in ("event_id", "occurred_at", "received_at", "store_id")):
        return "REQUIRED"
    sound = {
        "purchase": lambda: bool(row["items"]) and all(map(_sound_item, row["items"])),
        "coupon": lambda: row["coupon"] is not None,
        "product": lambda: row["sku"] is not None and row["name"] is not None,
        "shopper": lambda: row["cpf"] is not None or row["loyalty_id"] is not None,
    }
    return None if sound[contract]() else "VALUE"


def _sound_item(item: Row | None) -> bool:
    if item is None or item["sku"] is None or item["quantity"] is None or item["unit_price"] is None:
        return False
    return bool(item["quantity"] > 0 and item["unit_price"] >= 0)


def content(contract: str, row: Row, extra: dict[str, str]) -> str:
    """The sha256 of what the client said, in the canonical JSON of the job."""
    said: Row = {name: row[name] for name in COLUMNS[contract]}
    said["occurred_at"] = (row["occurred_at"] - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    said["event_type"] = row["event_type"]
    said["extra"] = json.dumps(extra, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(_canonical(said).encode()).hexdigest()


def _canonical(value: Any) -> str:
    if isinstance(value, dict):
        known = [f"{json.dumps(name)}:{_canonical(it)}" for name, it in value.items() if it is not None]
        return "{" + ",".join(known) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_canonical, value)) + "]"
    if isinstance(value, Decimal):
        return f"{value:.4f}"
    return json.dumps(value, ensure_ascii=False)


def _filed(reason: str, contract: str, row: Row) -> tuple[Any, ...]:
    tenant, event_id = row["tenant_id"], row["event_id"]
    sound_tenant = tenant if tenant is not None and re.fullmatch(r"[a-z0-9-]{1,32}", tenant) else None
    sound_id = event_id if event_id is not None and UUID.fullmatch(event_id) else None
    return reason, contract, sound_tenant, sound_id, row["object"]


def fold(previous: Snapshots, products: Iterable[Row], shoppers: Iterable[Row]) -> Snapshots:
    """The snapshots after the used changes."""
    folded = Snapshots(dict(previous.product), dict(previous.shopper))
    for row in products:
        key = row["tenant_id"], row["sku"]
        old = folded.product.get(key)
        if old is None or (row["occurred_at"], row["event_id"]) > (old["occurred_at"], old["event_id"]):
            folded.product[key] = row
    for row in shoppers:
        seen = row["occurred_at"], row["event_id"]
        link = (*seen, row["cpf"]) if row["cpf"] is not None else None
        for kind, token in (("cpf", row["cpf"]), ("loyalty", row["loyalty_id"])):
            if token is not None:
                newest, known = folded.shopper.get((row["tenant_id"], kind, token), (seen, None))
                links = [it for it in (known, link) if it is not None]
                folded.shopper[row["tenant_id"], kind, token] = max(newest, seen), max(links, default=None)
    return folded


def offers(
    purchases: list[Row], snapshots: Snapshots, day: date, model: Row
) -> tuple[dict[str, list[str]], dict[str, Counter[str]], Counter[str]]:
    """The lines of OUT by tenant, how many of each level, and what became of sales and returns."""
    shoppers: dict[str, set[str]] = defaultdict(set)
    for (tenant, _, token), (_, link) in snapshots.shopper.items():
        shoppers[tenant].add(link[2] if link else token)
    known = []
    for row in purchases:
        tenant = row["tenant_id"]
        card = snapshots.shopper.get((tenant, "loyalty", row["loyalty_id"]), (None, None))[1]
        shopper = row["cpf"] or (card[2] if card else None) or row["loyalty_id"]
        if shopper is not None:
            shoppers[tenant].add(shopper)
        known.append({**row, "shopper": shopper})
    baskets, bought = kept(known, model["most_baskets"])
    as_of = local_midnight(day + timedelta(days=1))
    offerable: dict[str, dict[str, Row]] = defaultdict(dict)
    for (tenant, sku), row in snapshots.product.items():
        if may_offer(policy_of(model["policy"], tenant), row, as_of):
            offerable[tenant][sku] = row
    ranked = ranking(baskets, shoppers, offerable, as_of, model)
    lines: dict[str, list[str]] = {}
    levels: dict[str, Counter[str]] = defaultdict(Counter)
    for tenant, people in ranked.items():
        for shopper, best in sorted(people.items()):
            line, level = _line(tenant, shopper, day, best, offerable[tenant], model)
            lines.setdefault(tenant, []).append(line)
            levels[tenant][level] += 1
    return lines, levels, bought


def _line(
    tenant: str, shopper: str, day: date, ranked: list[Row], products: dict[str, Row], model: Row
) -> tuple[str, str]:
    offer_date = day + timedelta(days=1)
    policy = policy_of(model["policy"], tenant)
    best = ranked if len(ranked) >= policy["minimum"] else []
    level = "none" if not best else model["level"] if any(it["times"] for it in best) else "popularity"
    last = (local_midnight(offer_date + timedelta(days=1)) - timedelta(seconds=1)).astimezone(ZONE)
    items = [
        f'{{"sku":{_canonical(it["sku"])},"name":{_canonical(products[it["sku"]]["name"])},'
        f'"score":{Decimal(it["score"]).scaleb(-6):.6f},"reason":"{_reason(it, policy)}"}}'
        for it in best
    ]
    head = {
        "recommendation_id": str(uuid.uuid5(NAMESPACE, f"{tenant}|{offer_date}|{shopper}")),
        "tenant_id": tenant,
        "shopper_id": shopper,
        "offer_date": str(offer_date),
        "valid_until": last.strftime("%Y-%m-%dT%H:%M:%S") + last.strftime("%z")[:3] + ":" + last.strftime("%z")[3:],
    }
    tail = {"model": model["model"], "fallback_level": level}
    return f'{_canonical(head)[:-1]},"offers":[{",".join(items)}],{_canonical(tail)[1:]}', level


def _reason(offer: Row, policy: Row) -> str:
    if offer["due"]:
        return "Está na hora de levar este produto de novo"
    if offer["times"]:
        return "Você já levou este produto" if offer["times"] == 1 else "Você costuma levar este produto"
    if offer["sku"] in policy["fixed"]:
        return "Um destaque da sua rede"
    return "Um dos mais levados na sua loja" if offer["in_store"] else "Um dos mais levados pelos clientes da rede"


def _digests(used: dict[str, list[Row]]) -> dict[str, str]:
    events: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for contract, rows in used.items():
        for row in rows:
            event = hashlib.sha256(f"{contract}|{row['event_id']}|{row['content']}".encode()).hexdigest()
            events[row["tenant_id"]][zlib.crc32(row["event_id"].encode()) % 4096].append(event)
    return {
        tenant: _sha_of(sorted(_sha_of(sorted(bucket)) for bucket in buckets.values()))
        for tenant, buckets in events.items()
    }


def _sha_of(texts: list[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()
