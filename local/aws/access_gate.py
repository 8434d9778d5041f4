"""Lets a request pass only if the role that signed it may do what it asks; the refusal names role, action, resource.

Until it is told of roles, everything passes. A role's access key is its name, as written by whoever runs the component;
the key `local` is the operator of the machine, who may do everything.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from access_policies import Asked, PolicyRefused, Role, refusal
from asked_actions import Call, Place, UnknownCall, asked_by
from implied_actions import implied_by

WsgiApp = Callable[[dict[str, Any], Any], Iterable[bytes]]
OPERATOR = "local"
ROLES, CHECK, REFUSED = "/_access/roles", "/_access/check", "/_access/refused"
_CREDENTIAL = re.compile(r"Credential=([^,]+)/\d{8}/[^/,]*/([^/,]+)/aws4_request")


class Refused(Exception):
    """A role asks for what it may not do."""


class Access:
    """The roles of the stack and what they have been refused since it was told of them."""

    def __init__(self, cluster_tags: Callable[[str], Mapping[str, str]]) -> None:
        self._cluster_tags = cluster_tags
        self._roles: dict[str, Role] | None = None
        self._keys: Mapping[str, str] = {}
        self._place = Place("", "", {}, cluster_tags)
        self._refused: set[tuple[str, str]] = set()

    @property
    def is_on(self) -> bool:
        """Whether roles are known."""
        return self._roles is not None

    def learn(self, given: Mapping[str, Any]) -> None:
        """Takes {account, region, roles: {name: [statement]}, keys, instance_profiles}. Raises PolicyRefused."""
        self._roles = {name: Role(name, statements) for name, statements in given["roles"].items()}
        self._keys = given["keys"]
        self._refused = set()
        self._place = Place(given["account"], given["region"], given["instance_profiles"], self._cluster_tags)

    def refused(self) -> list[tuple[str, str]]:
        """The (role, action) pairs that were refused, sorted."""
        return sorted(self._refused)

    def role_of_profile(self, profile: str) -> str:
        """The role that machines of this instance profile have; the operator's where no roles are known."""
        return self._place.instance_profiles.get(profile, OPERATOR)

    def check(self, role: str, asked: Asked) -> None:
        """Raises Refused unless the role may do it and everything it implies."""
        if self._roles is None or role == OPERATOR:
            return
        known = self._roles.get(role)
        if known is None:
            raise Refused(f"The security token included in the request is invalid: there is no role {role}")
        for one in (asked, *implied_by(asked, self._keys, self._place.region)):
            if not known.allows(one):
                self._refused.add((role, one.action))
                raise Refused(refusal(role, self._place.account, one))

    def may(self, role: str, asked: Asked) -> bool:
        """Whether check() would pass."""
        try:
            self.check(role, asked)
        except Refused:
            return False
        return True

    def check_call(self, role: str, call: Call) -> None:
        """Raises Refused unless the role may do all that the request asks for."""
        if self._roles is None or role == OPERATOR:
            return
        try:
            every = asked_by(call, self._place)
        except UnknownCall as unknown:
            raise Refused(f"{role} asks for something of which no action is known here: {unknown}") from unknown
        for asked in every:
            self.check(role, asked)


def _call_of(environ: dict[str, Any], service: str) -> Call:
    needs_body = service != "s3" or environ.get("QUERY_STRING", "").startswith("delete")
    body = b""
    if needs_body:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = BytesIO(body)
    return Call(
        service=service,
        method=environ.get("REQUEST_METHOD", "GET"),
        path=environ.get("PATH_INFO", "/").encode("latin-1").decode("utf-8", "replace"),
        query=environ.get("QUERY_STRING", ""),
        target=environ.get("HTTP_X_AMZ_TARGET", ""),
        copy_source=environ.get("HTTP_X_AMZ_COPY_SOURCE", ""),
        body=body,
    )


def _answer(start_response: Any, status: str, content_type: str, body: bytes) -> list[bytes]:
    start_response(status, [("Content-Type", content_type), ("Content-Length", str(len(body)))])
    return [body]


def _json(start_response: Any, status: str, value: object) -> list[bytes]:
    return _answer(start_response, status, "application/x-amz-json-1.1", json.dumps(value).encode())


def _denied(start_response: Any, environ: Mapping[str, Any], service: str, message: str) -> list[bytes]:
    if service != "s3":
        status = "403 Forbidden" if service == "sqs" else "400 Bad Request"
        return _json(start_response, status, {"__type": "AccessDeniedException", "message": message})
    error = f"<Error><Code>AccessDenied</Code><Message>{escape(message)}</Message></Error>"
    body = (
        b"" if environ.get("REQUEST_METHOD") == "HEAD" else f"<?xml version='1.0' encoding='UTF-8'?>\n{error}".encode()
    )
    return _answer(start_response, "403 Forbidden", "application/xml", body)


def access_gate(application: WsgiApp, access: Access, log: Callable[[str], None]) -> WsgiApp:
    """Wraps the application; each refusal is logged."""
    learning = threading.Lock()

    def control(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        path = environ["PATH_INFO"]
        try:
            if path == ROLES:
                with learning:
                    access.learn(json.loads(body))
                return _json(start_response, "200 OK", {})
            if path == CHECK:
                given = json.loads(body)
                context = tuple(sorted(given.get("context", {}).items()))
                access.check(given["role"], Asked(given["action"], given["resource"], context))
                return _json(start_response, "200 OK", {})
            return _json(start_response, "200 OK", access.refused())
        except (Refused, PolicyRefused) as refused:
            log(str(refused))
            return _json(start_response, "403 Forbidden", {"message": str(refused)})

    def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ.get("PATH_INFO") in (ROLES, CHECK, REFUSED):
            return control(environ, start_response)
        if not access.is_on:
            return application(environ, start_response)
        signed = _CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
        role, service = signed.groups() if signed else ("nobody", "s3")
        if role == OPERATOR:
            return application(environ, start_response)
        call = _call_of(environ, service)
        try:
            access.check_call(role, call)
        except Refused as refused:
            log(str(refused))
            return _denied(start_response, environ, service, str(refused))
        if service == "s3" and call.method in ("GET", "HEAD"):
            return _hide_absence(application, access, role, call, environ, start_response, log)
        return application(environ, start_response)

    return serve


def _hide_absence(
    application: WsgiApp,
    access: Access,
    role: str,
    call: Call,
    environ: dict[str, Any],
    start_response: Any,
    log: Callable[[str], None],
) -> Iterable[bytes]:
    # S3 tells that a key is absent only to who may list the bucket; to others it is forbidden.
    bucket, _, key = call.path.lstrip("/").partition("/")
    told: list[tuple[str, list[tuple[str, str]]]] = []

    def keep(status: str, headers: list[tuple[str, str]], *_: Any) -> Callable[[bytes], object]:
        told.append((status, headers))
        return lambda _data: None

    body = application(environ, keep)
    status, headers = told[0]
    if key and status.startswith("404"):
        asked = Asked("s3:ListBucket", f"arn:aws:s3:::{bucket}")
        try:
            access.check(role, asked)
        except Refused as refused:
            log(str(refused))
            return _denied(start_response, environ, "s3", str(refused))
    start_response(status, headers)
    return body
