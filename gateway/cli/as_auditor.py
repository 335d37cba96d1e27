"""What the auditor's commands share: who asks, and the request that they ask by."""

from __future__ import annotations

import sys
from collections.abc import Mapping

import click

from gateway.access.decision import AccessRequest, Value
from gateway.cli.context import Runtime
from gateway.enforcement.desk import Desk
from gateway.errors import BadRequest
from gateway.identifiers import NHSNumber

FAMILY = "audit"


def request_for(  # noqa: PLR0913, PLR0917 a request's parts
    runtime: Runtime,
    desk: Desk,
    user: str | None,
    resource: str,
    action: str,
    question: Mapping[str, Value] | None = None,
    family: str = FAMILY,
) -> AccessRequest:
    """The request of whoever signs in, else of the account that the command's family has."""
    subject = runtime.subject(desk, family, user)
    context = runtime.context(f"audit {action}")
    return AccessRequest(subject, "audit", resource, action, context, question or {})


def read_number() -> str:
    """The ten digits. Raises BadRequest, without them."""
    text = click.prompt("NHS number", hide_input=True) if sys.stdin.isatty() else sys.stdin.readline()
    try:
        return NHSNumber.parse(text.strip()).for_storage()
    except ValueError as error:
        raise BadRequest("that is no valid NHS number: give its ten digits on standard input") from error
