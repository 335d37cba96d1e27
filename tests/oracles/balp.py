"""IHE BALP's profiles and FHIR R4's AuditEvent as tables: what an AuditEvent has to be, written from the sources.

Sources, with their lines: R = input/fsh/PatientRead.fsh at 03772e1, Q = input/fsh/PatientQuery.fsh at 0b8e76e,
C = input/fsh/PatientCreate.fsh and U = input/fsh/PatientUpdate.fsh at 03772e1, all of github.com/IHE/ITI.BasicAudit;
F = https://hl7.org/fhir/R4/auditevent.html, its resource content and bindings.
"""

from __future__ import annotations

from typing import Any

PROFILES = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit."
TERMS, DCM = "http://terminology.hl7.org/CodeSystem", "http://dicom.nema.org/resources/ontology/DCM"
REST = ("http://hl7.org/fhir/restful-interaction", "")
Coded = tuple[str, str]

# F: every element of the resource and of its parts: (least, most), most None for any number
ELEMENTS: dict[str, dict[str, tuple[int, int | None]]] = {
    "AuditEvent": {
        "resourceType": (1, 1), "id": (0, 1), "meta": (0, 1), "type": (1, 1), "subtype": (0, None), "action": (0, 1),
        "period": (0, 1), "recorded": (1, 1), "outcome": (0, 1), "outcomeDesc": (0, 1), "purposeOfEvent": (0, None),
        "agent": (1, None), "source": (1, 1), "entity": (0, None),
    },
    "agent": {
        "type": (0, 1), "role": (0, None), "who": (0, 1), "altId": (0, 1), "name": (0, 1), "requestor": (1, 1),
        "location": (0, 1), "policy": (0, None), "media": (0, 1), "network": (0, 1), "purposeOfUse": (0, None),
    },
    "network": {"address": (0, 1), "type": (0, 1)},
    "source": {"site": (0, 1), "observer": (1, 1), "type": (0, None)},
    "entity": {
        "what": (0, 1), "type": (0, 1), "role": (0, 1), "lifecycle": (0, 1), "securityLabel": (0, None),
        "name": (0, 1), "description": (0, 1), "query": (0, 1), "detail": (0, None),
    },
    "detail": {"type": (1, 1), "valueString": (0, 1), "valueBase64Binary": (0, 1)},
}  # fmt: skip
ACTIONS, OUTCOMES = {"C", "R", "U", "D", "E"}, {"0", "4", "8", "12"}  # F: AuditEventAction, AuditEventOutcome
NETWORK_TYPES = {"1", "2", "3", "4", "5"}  # F: AuditEventAgentNetworkType

CLIENT_DESTINATION = {"client": (DCM, "110152"), "server": (DCM, "110153")}  # R34 R38
CLIENT_SOURCE = {"client": (DCM, "110153"), "server": (DCM, "110152")}  # Q49 Q53, C 'agent[client].type', U the same
RECIPIENT = {(f"{TERMS}/v3-ParticipationType", "IRCP")}  # R42 Q57
SOURCES = {(f"{TERMS}/v3-ParticipationType", code) for code in ("AUT", "INF", "CST")}  # C and U: DataSources (required)
PATIENT_TYPE, PATIENT_ROLE = (f"{TERMS}/audit-entity-type", "1"), (f"{TERMS}/object-role", "1")  # R89-90 Q115-116
OBJECT = (f"{TERMS}/audit-entity-type", "2")  # R61 Q76
QUERY_ROLES = {(f"{TERMS}/object-role", "24")}  # Q77
DATA_ROLES = {(f"{TERMS}/object-role", code) for code in ("3", "4", "20")}  # R62: RestObjectRoles (required)
X_REQUEST_ID = ("https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType", "XrequestId")  # R58 Q73

# profile → action (R22 Q37), subtypes, one of them there (R20-21 Q34-36), agents, the user's type, the object's roles
RULES: dict[str, tuple[str, set[str], dict[str, Coded], set[Coded], set[Coded]]] = {
    "Read": ("R", {"read", "vread"}, CLIENT_DESTINATION, RECIPIENT, DATA_ROLES),
    "Query": ("E", {"search", "search-type", "search-system"}, CLIENT_SOURCE, RECIPIENT, QUERY_ROLES),
    "Create": ("C", {"create"}, CLIENT_SOURCE, SOURCES, DATA_ROLES),
    "Update": ("U", {"update", "patch"}, CLIENT_SOURCE, SOURCES, DATA_ROLES),
}


def faults(event: dict[str, Any]) -> list[str]:
    """What of an AuditEvent is not as FHIR R4 has it, nor as the profile that it names; an empty list when all is."""
    return [
        *_as_fhir(event),
        *(fault for name in event.get("meta", {}).get("profile", []) for fault in _as(name, event)),
    ]


def _as_fhir(event: dict[str, Any]) -> list[str]:
    found = _elements("AuditEvent", event) + _elements("source", event["source"]) + _empty("", event)
    for agent in event["agent"]:
        found += _elements("agent", agent) + _elements("network", agent.get("network", {}))
        found += ["network.type"] if "network" in agent and agent["network"].get("type") not in NETWORK_TYPES else []
    for entity in event.get("entity", []):
        found += _elements("entity", entity) + [f for one in entity.get("detail", []) for f in _elements("detail", one)]
        found += ["sev-1: a name or a query, not both"] if {"name", "query"} <= entity.keys() else []
    found += [] if event.get("action") in ACTIONS and event.get("outcome") in OUTCOMES else ["action or outcome"]
    return found


def _elements(kind: str, value: dict[str, Any]) -> list[str]:
    allowed = ELEMENTS[kind]
    found = [f"{kind}.{name} is no element" for name in value if name not in allowed]
    for name, (least, most) in allowed.items():
        many = (len(value[name]) if isinstance(value[name], list) else 1) if name in value else 0
        listed = isinstance(value.get(name), list)
        wrong = many < least or (name in value and listed == (most == 1))
        found += [f"{kind}.{name} {least}..{most or '*'}"] if wrong else []
    return found


def _empty(place: str, value: Any) -> list[str]:
    """F, ele-1: an element has a value or children."""
    if isinstance(value, dict | list):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        return [f for name, one in inner for f in _empty(f"{place}.{name}", one)] if value else [f"{place} is empty"]
    return [f"{place} is empty"] if value in {"", None} else []


def _as(profile: str, event: dict[str, Any]) -> list[str]:
    name = profile.removeprefix(PROFILES)
    action, subtypes, machines, people, roles = RULES[name.removeprefix("Patient")]
    found = []
    if _coded(event["type"]) != (f"{TERMS}/audit-event-type", "rest"):  # R14 Q28
        found.append("type")
    if not any(_coded(one)[0] == REST[0] and _coded(one)[1] in subtypes for one in event.get("subtype", [])):
        found.append("subtype")
    if event.get("action") != action or event.get("outcome") != "0":  # R22 R25 Q37 Q40
        found.append("action or outcome")
    for machine, kind in machines.items():  # R31-41 Q46-56
        found += _one(
            machine, [agent for agent in event["agent"] if _type(agent) == kind], ("who", "network"), ("media",)
        )
    users = [agent for agent in event["agent"] if _type(agent) in people]  # R33 R42-48 Q48 Q57-63
    found += _one("user", users, ("who",), ("media", "network")) if users else []
    found += ["user.requestor"] if not all(user["requestor"] is True for user in users) else []
    return found + _of_entities(event.get("entity", []), roles, name)


def _of_entities(entities: list[dict[str, Any]], roles: set[Coded], name: str) -> list[str]:
    objects = [one for one in entities if _coded(one["type"]) == OBJECT]
    there, absent = (
        (("query",), ("what", "lifecycle", "detail")) if roles == QUERY_ROLES else (("what",), ())
    )  # Q78-83 R63
    found = _one("object", objects, there, absent)
    found += ["object.role"] if not all(_coded(one["role"]) in roles for one in objects) else []
    requests = [one for one in entities if _coded(one["type"]) == X_REQUEST_ID]  # R56-59 Q71-74
    found += (
        ["transaction"] if len(requests) > 1 or not all(one["what"]["identifier"]["value"] for one in requests) else []
    )
    if name.startswith("Patient"):  # R86-92 Q112-118
        patients = [one for one in entities if _coded(one["type"]) == PATIENT_TYPE]
        found += _one("patient", patients, ("what", "role"), ())
        good = (_coded(one["role"]) == PATIENT_ROLE and one["what"]["type"] == "Patient" for one in patients)
        found += [] if all(good) else ["patient.role or patient.what"]
    return found


def _one(what: str, found: list[dict[str, Any]], there: tuple[str, ...], absent: tuple[str, ...]) -> list[str]:
    if len(found) != 1:
        return [f"{what} 1..1"]
    return [f"{what}.{name} 1..1" for name in there if name not in found[0]] + [
        f"{what}.{name} 0..0" for name in absent if name in found[0]
    ]


def _coded(coding: dict[str, str]) -> Coded:
    return coding["system"], coding["code"]


def _type(agent: dict[str, Any]) -> Coded:
    return _coded(agent["type"]["coding"][0]) if "type" in agent else ("", "")
