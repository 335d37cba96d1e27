"""An access as IHE BALP tells it: one FHIR R4 AuditEvent, as text. https://profiles.ihe.net/ITI/BALP

One person: the Patient… profile; several: the plain one with an entity for each; a refusal: a security alert by
role, which no profile of BALP fits. A person is a token. Parts that many accesses share are made once.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from functools import lru_cache
from ipaddress import ip_address
from typing import Any, NamedTuple

from gateway.audit.checkpoint import ORIGIN
from gateway.audit.event import EventType

TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
DICOM = "http://dicom.nema.org/resources/ontology/DCM"
BALP = "https://profiles.ihe.net/ITI/BALP"
ODS = "https://fhir.nhs.uk/Id/ods-organization-code"
OURS = "urn:commissioning-gateway"
_KEPT = 4096
_SOURCE, _DESTINATION = ("110153", "Source Role ID"), ("110152", "Destination Role ID")
_ALERT, _FAILED, _SUCCESS = "110113", "8", "0"
_PERMIT, _DENY = "permit", "deny"
_MACHINE_NAME, _IP_ADDRESS = "1", "2"  # http://hl7.org/fhir/network-type


class Shape(NamedTuple):
    """How an action is told: its code, RESTful interaction, profile ('' for none), and which way data flows."""

    code: str
    interaction: str
    profile: str
    to_client: bool = False
    is_query: bool = False


_READ, _QUERY = Shape("R", "read", "Read", to_client=True), Shape("E", "search", "Query", is_query=True)
_CREATE, _UPDATE = Shape("C", "create", "Create"), Shape("U", "update", "Update")
_OTHER = Shape("E", "operation", "", to_client=True)
_SHAPES: Mapping[str, Shape] = {
    "read": _READ,
    "list": _QUERY,
    "export": _QUERY,
    "create": _CREATE,
    **dict.fromkeys(("update", "approve", "validate", "revoke"), _UPDATE),
}


def is_access(leaf: Mapping[str, Any]) -> bool:
    """Whether something was asked for and decided, permitted or not. A session is none: nothing was asked for."""
    return bool(leaf.get("resource")) and leaf.get("decision") in {_PERMIT, _DENY}


def audit_event(leaf: Mapping[str, Any], tokens: Sequence[str]) -> str:
    """The AuditEvent of an access, one line of JSON without its end. tokens: of whom the access is about."""
    shape, denied = _SHAPES.get(str(leaf.get("action")), _OTHER), leaf["decision"] == _DENY
    failed = denied or leaf["type"] == EventType.ACCESS_FAILED
    profile = "" if failed else _profile(shape, len(tokens))
    why = str(leaf.get("reason_code" if denied else "fault", "")) if failed else ""
    entities = [_patients(str(leaf["subjects"]["scheme"]), tokens)] if tokens else []
    entities += [
        _asked(shape, str(leaf["resource"]), _query(leaf), denied=denied),
        *_transaction(leaf),
        _place(leaf),
    ]
    return (
        f'{{"resourceType":"AuditEvent","id":"{leaf["id"]}"{profile}{_kind(shape, denied=denied)},'
        f'"recorded":"{leaf["at"]}",{_outcome(why, failed=failed)}{_purpose(str(leaf.get("purpose_hl7", "")))},'
        f'"agent":[{_agents(*_who(leaf), shape, denied=denied)}],{_OBSERVER},"entity":[{",".join(entities)}]}}'
    )


@lru_cache(_KEPT)
def _profile(shape: Shape, people: int) -> str:
    if not shape.profile:
        return ""
    name = f"{BALP}/StructureDefinition/IHE.BasicAudit.{'Patient' if people == 1 else ''}{shape.profile}"
    return ',"meta":' + _json({"profile": [name]})


@lru_cache(_KEPT)
def _kind(shape: Shape, *, denied: bool) -> str:
    if denied:
        kind = {"type": _coding(DICOM, _ALERT, "Security Alert")}
        subtype = _coding(f"{BALP}/CodeSystem/AuthZsubType", "AuthZ-Role")
    else:
        kind = {"type": _coding(f"{TERMINOLOGY}/audit-event-type", "rest", "Restful Operation")}
        subtype = _coding("http://hl7.org/fhir/restful-interaction", shape.interaction, shape.interaction)
    return "," + _json({**kind, "subtype": [subtype], "action": "E" if denied else shape.code})[1:-1]


@lru_cache(_KEPT)
def _outcome(why: str, *, failed: bool) -> str:
    told = {"outcome": _FAILED if failed else _SUCCESS, **({"outcomeDesc": why} if why else {})}
    return _json(told)[1:-1]


@lru_cache(_KEPT)
def _purpose(hl7: str) -> str:
    return ',"purposeOfEvent":' + _json([_purpose_of_use(hl7)]) if hl7 else ""


def _who(leaf: Mapping[str, Any]) -> tuple[str, ...]:
    """What _agents is told by."""
    actor = leaf.get("actor", {})
    told = (*(actor.get(name) for name in ("user", "role", "organisation")), leaf.get("purpose_hl7"))
    return tuple(str(one or "") for one in (*told, leaf.get("from"), leaf.get("host"), leaf.get("channel")))


@lru_cache(_KEPT)
def _agents(  # noqa: PLR0913, PLR0917 what is remembered by
    user: str,
    role: str,
    organisation: str,
    hl7: str,
    client: str,
    host: str,
    channel: str,
    shape: Shape,
    *,
    denied: bool,
) -> str:
    """The machine that asked and the one that answered; of a refusal, the one that decided. Then the people."""
    types = (_DESTINATION, _SOURCE) if shape.to_client else (_SOURCE, _DESTINATION)
    client_type, server_type = (_coding(DICOM, *one) for one in types)
    if denied:
        client_type = _coding(DICOM, "110150", "Application")
        server_type = _coding(f"{TERMINOLOGY}/extra-security-role-type", "authserver")
    server = _machine(server_type, "log", ORIGIN, host)
    if denied:
        del server["network"]
    writes = shape.interaction in {"create", "update"} and not denied
    people = [_person(user, role, hl7, writes=writes), *([_organisation(organisation)] if organisation else [])]
    return _json([_machine(client_type, "channel", channel or "unknown", client), server, *people])[1:-1]


def _person(user: str, role: str, hl7: str, *, writes: bool) -> dict[str, Any]:
    kind = ("AUT", "author") if writes else ("IRCP", "information recipient")
    told: dict[str, Any] = {"type": {"coding": [_coding(f"{TERMINOLOGY}/v3-ParticipationType", *kind)]}}
    told |= {"role": [{"coding": [_coding(f"{OURS}:role", role)]}]} if role else {}
    told |= {"who": _identified("user", user or "unknown"), "name": user or "unknown", "requestor": True}
    return told | ({"purposeOfUse": [_purpose_of_use(hl7)]} if hl7 else {})


def _organisation(code: str) -> dict[str, Any]:
    kind = _coding(f"{TERMINOLOGY}/v3-RoleClass", "PROV", "healthcare provider")
    who = {"type": "Organization", "identifier": {"system": ODS, "value": code}}
    return {"type": {"coding": [kind]}, "who": who, "requestor": False}


def _machine(kind: Mapping[str, str], system: str, value: str, address: str) -> dict[str, Any]:
    """A client or a server. One that is not known by an address is on this machine."""
    network = {"address": address or "localhost", "type": _IP_ADDRESS if _is_ip(address) else _MACHINE_NAME}
    return {"type": {"coding": [kind]}, "who": _identified(system, value), "requestor": False, "network": network}


def _is_ip(address: str) -> bool:
    try:
        ip_address(address)
    except ValueError:
        return False
    return True


@lru_cache(_KEPT)
def _patient_around(scheme: str) -> tuple[str, str]:
    """What stands before and after a token."""
    person, role = _coding(f"{TERMINOLOGY}/audit-entity-type", "1", "Person"), ("object-role", "1", "Patient")
    what = {"type": "Patient", "identifier": {"system": f"{OURS}:token:{scheme}", "value": "\t"}}
    whole = _json({"what": what, "type": person, "role": _coding(f"{TERMINOLOGY}/{role[0]}", *role[1:])})
    before, _, after = whole.partition("\\t")
    return before, after


def _patients(scheme: str, tokens: Sequence[str]) -> str:
    before, after = _patient_around(scheme)
    return before + f"{after},{before}".join(tokens) + after


def _query(leaf: Mapping[str, Any]) -> str:
    return json.dumps(leaf.get("query", {}), sort_keys=True)


@lru_cache(_KEPT)
def _asked(shape: Shape, resource: str, query: str, *, denied: bool) -> str:
    kind = _coding(f"{TERMINOLOGY}/audit-entity-type", "2", "System Object")
    if shape.is_query and not denied:
        role = _coding(f"{TERMINOLOGY}/object-role", "24", "Query")
        raw = b64encode(f"{resource} {query}".encode()).decode()
        return _json({"type": kind, "role": role, "description": resource, "query": raw})
    role = _coding(f"{TERMINOLOGY}/object-role", "4", "Domain Resource")
    return _json({"what": _identified("resource", resource), "type": kind, "role": role})


def _transaction(leaf: Mapping[str, Any]) -> list[str]:
    """The request's own number, where it has one."""
    return [_REQUEST % _json(str(leaf["request"]))] if leaf.get("request") else []


def _place(leaf: Mapping[str, Any]) -> str:
    """The event that this is, by which the log proves it, and how many rows were shown."""
    return _EVENT % (leaf["index"], int(leaf.get("rows", 0)))


def _identified(system: str, value: str) -> dict[str, Any]:
    return {"identifier": {"system": f"{OURS}:{system}", "value": value}}


def _coding(system: str, code: str, display: str = "") -> dict[str, str]:
    return {"system": system, "code": code, **({"display": display} if display else {})}


def _purpose_of_use(hl7: str) -> dict[str, Any]:
    return {"coding": [_coding(f"{TERMINOLOGY}/v3-ActReason", hl7)]}


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


_OBSERVER = _json(
    {
        "source": {
            "site": ORIGIN,
            "observer": _identified("log", ORIGIN),
            "type": [_coding(f"{TERMINOLOGY}/security-source-type", "4", "Application Server")],
        }
    }
)[1:-1]
_REQUEST = _json(
    {
        "what": {"identifier": {"system": f"{OURS}:request", "value": "\t"}},
        "type": _coding(f"{BALP}/CodeSystem/BasicAuditEntityType", "XrequestId"),
    }
).replace('"\\t"', "%s")
_EVENT = (
    _json(
        {
            "what": {"identifier": {"system": f"{OURS}:event", "value": "\t"}},
            "type": _coding(f"{TERMINOLOGY}/audit-entity-type", "4", "Other"),
            "detail": [{"type": "rows", "valueString": "\n"}],
        }
    )
    .replace("\\t", "%d")
    .replace("\\n", "%d")
)
