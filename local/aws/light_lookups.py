"""What moto looks up for every request, or for every message in a queue, is looked up once.

It lists its own package folder to name a request's service, and counts the whole queue to learn how long each message
in it is kept, or whether one more is a duplicate: a queue of a thousand messages costs a million steps a receive.
"""

from __future__ import annotations

import threading
from typing import Any

# Attributes of a queue that are counted from all its messages.
COUNTS = (
    "approximate_number_of_messages",
    "approximate_number_of_messages_delayed",
    "approximate_number_of_messages_not_visible",
)


def install() -> None:
    """Changes moto in this process."""
    from moto import backends
    from moto.core.utils import unix_time
    from moto.sqs.models import Queue, SQSBackend

    modules = frozenset(backends.list_of_moto_modules())
    backends.list_of_moto_modules = lambda: modules

    def is_kept(self: Any, queue_name: str, message: Any) -> bool:
        kept_seconds: float = self.get_queue(queue_name).message_retention_period
        return bool(kept_seconds + message.sent_timestamp / 1000 > unix_time())

    SQSBackend.is_message_valid_based_on_retention_period = is_kept  # type: ignore[method-assign]

    asked = threading.local()
    whole: Any = SQSBackend.get_queue_attributes

    def get_queue_attributes(self: Any, *arguments: Any, **named: Any) -> Any:
        asked.counts = True
        try:
            return whole(self, *arguments, **named)
        finally:
            asked.counts = False

    def counted(name: str) -> property:
        count: Any = getattr(Queue, name).fget
        return property(lambda queue: count(queue) if getattr(asked, "counts", False) else 0)

    SQSBackend.get_queue_attributes = get_queue_attributes  # type: ignore[method-assign]
    for name in COUNTS:
        setattr(Queue, name, counted(name))
