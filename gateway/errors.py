"""The one tree of errors: each class has its HTTP status, its exit code and a public sentence that names no data.

The detail given when raising may name a file, line, column, rule and mend; never a personal value.
"""

from __future__ import annotations


class GatewayError(Exception):
    """Base of everything the gateway raises on purpose; `status` is HTTP, `exit_code` is the command line's."""

    status = 500
    exit_code = 3
    public = "Something went wrong. Nothing was shown."

    def __init__(self, detail: str = "", *, event: int | None = None) -> None:
        """`detail` is for operators and command lines; `event` is the index of the audit event that tells of this."""
        super().__init__(detail or self.public)
        self.event = event


class AccessDenied(GatewayError):
    """The decision was no; it is on the log already. The page says why in the sentence of its reason code."""

    status = 403
    exit_code = 1
    public = "You do not have access to this."

    def __init__(self, reason_code: str, *, event: int | None = None) -> None:
        """`reason_code` is one of `access.decision.ReasonCode`."""
        super().__init__(reason_code, event=event)
        self.reason_code = reason_code


class NotFound(GatewayError):
    """The thing does not exist or lies outside the subject's scope; the two read alike."""

    status = 404
    exit_code = 1
    public = "There is nothing here that you can see."


class BadRequest(GatewayError):
    """What was sent cannot be understood; the detail says how to mend it and repeats no value."""

    status = 400
    exit_code = 2
    public = "The request could not be understood."


class Conflict(GatewayError):
    """Somebody else changed the thing first, or it is not in a state that allows the change."""

    status = 409
    exit_code = 1
    public = "This has changed since you opened it. Look at it again before you go on."


class TooManyAttempts(GatewayError):
    """Too many failed attempts in a short time."""

    status = 429
    exit_code = 1
    public = "Too many attempts. Wait a few minutes, then try again."


class DeliveryRefused(GatewayError):
    """A delivered file was refused whole; nothing of it was kept."""

    status = 422
    exit_code = 1
    public = "The file was refused. Nothing of it was kept."


class PolicyRefused(GatewayError):
    """A policy release was refused whole; `faults` are lines `file:line: rule: mend`."""

    exit_code = 1
    public = "The policy release was refused. The one before it goes on."

    def __init__(self, faults: tuple[str, ...]) -> None:
        """`faults` holds at least one line."""
        super().__init__("\n".join(faults))
        self.faults = faults


class SettingsInvalid(GatewayError):
    """A setting or a key is missing or wrong; the detail names it and the mend in one sentence."""

    status = 503
    exit_code = 2
    public = "The gateway is not set up correctly."


class StoreUnavailable(GatewayError):
    """A store cannot be read or written just now; nothing of it was shown."""

    status = 503
    public = "The data cannot be reached just now. Nothing was shown. Try again in a minute."


class AuditUnavailable(GatewayError):
    """The audit log could not take the event, so nothing was shown."""

    status = 503
    public = "The audit log cannot be written just now, so nothing was shown. Try again in a minute."


class LogInvalid(GatewayError):
    """The log, a proof or an export does not verify; the detail says what is wrong and where."""

    exit_code = 1
    public = "The audit log does not verify."
