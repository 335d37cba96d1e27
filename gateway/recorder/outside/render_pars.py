"""Renders this export's accesses as NHS England's Patient Audit Record Service has them, by NHS number.

    python render_pars.py --key PRIVATE-KEY --out FOLDER [--asid ASID] [--product ID] [EXPORT]

For the auditor's own machine: it opens the sealed numbers with the auditor's private key and writes pars.ndjson (FHIR
R4 AuditEvents, profile England-AuditEvent-PARS) and pars.csv. Run verify.py first.
"""

from __future__ import annotations

import argparse
import base64
import csv
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

INFO = b"commissioning-gateway/audit-seal\n"
ERASED = "erased"
PROFILE = "https://fhir.nhs.uk/England/StructureDefinition/England-AuditEvent-PARS"
NHS, HL7 = "https://fhir.nhs.uk/Id", "http://terminology.hl7.org/CodeSystem"
BALP = "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType"
ACTIONS = {"read": ("read", "R"), "create": ("create", "C"), "list": ("search", "E"), "export": ("search", "E")}
COLUMNS = (
    "recorded", "nhs_number", "user", "role", "organisation", "purpose", "purpose_hl7", "resource", "action",
    "decision", "reason_code", "rows", "request", "event",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r")
Open = Callable[[str, bytes], str]
Leaf = dict[str, Any]


def opener(pem: Path) -> Open:
    """Opens what is sealed beside a token. Raises ImportError, OSError, ValueError."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 the one package it needs
    from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite  # noqa: PLC0415 as above
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415 as above

    suite, key = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM), load_pem_private_key(pem.read_bytes(), None)

    def unsealed(token: str, sealed: bytes) -> str:
        try:
            return suite.decrypt(sealed, key, info=INFO + token.encode()).decode()  # type: ignore[arg-type]
        except InvalidTag:
            raise ValueError(f"the seal of {token} does not open: another key, or it was changed") from None

    return unsealed


def numbers(export: Path, unsealed: Open) -> dict[str, str]:
    """Token to NHS number, or to ERASED. Raises ValueError where a seal does not open."""
    found = {}
    for one in lines(export / "seals.ndjson"):
        token = one["token"]
        found[token] = unsealed(token, base64.b64decode(one["sealed"])) if "sealed" in one else ERASED
    return found


def lines(path: Path) -> Iterator[Leaf]:
    """JSON, line by line."""
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def accesses(export: Path) -> Iterator[tuple[Leaf, list[str]]]:
    """Each access with the tokens of those whom it concerns."""
    about = lines(export / "subjects.ndjson")
    waiting = next(about, None)
    for name in json.loads((export / "manifest.json").read_bytes())["entries"]:
        for leaf in lines(export / name):
            index = leaf.get("index", -1)
            while waiting is not None and waiting["index"] < index:
                waiting = next(about, None)
            if leaf.get("decision") and waiting is not None and waiting["index"] == index:
                yield leaf, waiting["tokens"]


def row(leaf: Leaf, number: str) -> dict[str, str]:
    """One line of pars.csv."""
    told = {**leaf, **leaf.get("actor", {}), "recorded": leaf["at"], "nhs_number": number, "event": leaf["index"]}
    texts = {name: str(told.get(name, "")) for name in COLUMNS}
    return {name: f"'{text}" if text.startswith(FORMULA) else text for name, text in texts.items()}


def audit_event(leaf: Leaf, number: str, asid: str, product: str) -> dict[str, Any]:
    """The AuditEvent of one access to one patient."""
    interaction, action = ACTIONS.get(leaf.get("action", ""), ("update", "U"))
    good, purpose = leaf["decision"] == "permit" and leaf["type"] != "access.failed", leaf.get("purpose_hl7")
    why = [{"coding": [{"system": f"{HL7}/v3-ActReason", "code": purpose}]}] if purpose else []
    return {
        "resourceType": "AuditEvent",
        "meta": {"profile": [PROFILE]},
        "type": {"system": f"{HL7}/audit-event-type", "code": "rest"},
        "subtype": [{"system": "http://hl7.org/fhir/restful-interaction", "code": interaction}],
        "action": action,
        "recorded": leaf["at"],
        "outcome": "0" if good else "8",
        **({"purposeOfEvent": why} if why else {}),
        "agent": agents(leaf.get("actor", {}), product),
        "source": {
            "site": leaf.get("host") or "commissioning-gateway",
            "observer": {**identified("accredited-system", asid), "display": "Commissioning gateway"},
            "type": [{"system": f"{HL7}/security-source-type", "code": "4"}],
        },
        "entity": entities(leaf, number, product),
    }


def agents(actor: dict[str, str], product: str) -> list[dict[str, Any]]:
    """The organisation, who it was, in which role, and by which product."""
    organisation, user, role = (actor.get(name) or "unknown" for name in ("organisation", "user", "role"))
    body = {"type": "Organization", **identified("ods-organization-code", organisation), "display": organisation}
    return [
        {"who": body, "requestor": True},
        {"who": {"type": "Practitioner", "display": user}, "requestor": True},
        {"who": {"type": "PractitionerRole", "display": role}, "requestor": True},
        {"who": {"type": "Endpoint", **identified("product-id", product)}, "requestor": False},
    ]


def entities(leaf: Leaf, number: str, product: str) -> list[dict[str, Any]]:
    """The patient, the request, and the product."""
    patient = {"display": ERASED} if number == ERASED else identified("nhs-number", number)
    return [
        {
            "what": patient,
            "type": {"system": f"{HL7}/audit-entity-type", "code": "1", "display": "Person"},
            "role": {"system": f"{HL7}/object-role", "code": "1", "display": "Patient"},
        },
        {
            "what": identified("transaction", leaf.get("request") or leaf["id"]),
            "type": {"system": BALP, "code": "XrequestId"},
        },
        {
            "what": identified("product-id", product),
            "type": {"system": "http://hl7.org/fhir/resource-types", "code": "Endpoint"},
            "role": {"system": f"{HL7}/object-role", "code": "17", "display": "Data Repository"},
            "name": leaf.get("resource") or "unknown",
        },
    ]


def identified(system: str, value: str) -> dict[str, Any]:
    """A reference by an identifier of the NHS."""
    return {"identifier": {"system": f"{NHS}/{system}", "value": value}}


def private(path: Path) -> IO[str]:
    """A new file that its owner alone reads."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8", newline="")


def write(given: argparse.Namespace, known: dict[str, str]) -> tuple[int, int]:
    """Write both files: how many lines each has, and how many tokens stand for no NHS number."""
    written, unknown = 0, 0
    given.out.mkdir(parents=True, exist_ok=True)
    with private(given.out / "pars.ndjson") as fhir, private(given.out / "pars.csv") as table:
        sheet = csv.DictWriter(table, COLUMNS)
        sheet.writeheader()
        for leaf, tokens in accesses(given.export):
            for number in [known[token] for token in tokens if token in known]:
                fhir.write(json.dumps(audit_event(leaf, number, given.asid, given.product)) + "\n")
                sheet.writerow(row(leaf, number))
                written += 1
            unknown += sum(token not in known for token in tokens)
    return written, unknown


def main(arguments: list[str] | None = None) -> int:
    """0 when both files are written, 1 where the export or the key does not fit, 2 without what it needs."""
    parser = argparse.ArgumentParser(description="Renders an export's accesses by NHS number, for the auditor alone.")
    parser.add_argument("export", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    parser.add_argument("--key", type=Path, required=True, help="the auditor's private key (PEM)")
    parser.add_argument("--out", type=Path, required=True, help="a folder for pars.ndjson and pars.csv")
    parser.add_argument("--asid", default="unknown", help="the accredited system id of the gateway")
    parser.add_argument("--product", default="commissioning-gateway", help="the product id of the gateway")
    given = parser.parse_args(arguments)
    try:
        written, unknown = write(given, numbers(given.export, opener(given.key)))
    except ImportError:
        sys.stdout.write("this needs the Python package 'cryptography' with HPKE: pip install --upgrade cryptography\n")
        return 2
    except (OSError, ValueError, KeyError, TypeError) as error:
        sys.stdout.write(f"not rendered: {error}\n")
        return 1
    sys.stdout.write(f"{written} accesses to patients written; {unknown} to people whose NHS number is not sealed\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
