"""The demonstration's people: one sign-in for each role, a second GP elsewhere, a GP of two practices.

All invented. Their passwords are made anew for each demonstration and written to DIR/sign-ins.json alone.
"""

from __future__ import annotations

from dataclasses import dataclass

COMMISSIONER = "06Q"
PROCESSOR = "ZZP"
HOSTING = "ZZH"
AUDITOR = "X26"


@dataclass(frozen=True, slots=True)
class SignIn:
    """One invented account: user, name, role and organisation; `also` are further organisations of the same role."""

    user: str
    name: str
    role: str
    organisation: str
    also: tuple[str, ...] = ()
    professional_number: str | None = None
    trained: bool = False


def sign_ins(practices: tuple[str, ...]) -> tuple[SignIn, ...]:
    """Everybody who can sign in to the demonstration, for at least four participating practices."""
    first, second, third, fourth = practices[:4]
    return (
        SignIn("gp", "Dr Amara Example", "gp", first, professional_number="G9990001"),
        SignIn("gp-elsewhere", "Dr Bill Example", "gp", second, professional_number="G9990002"),
        SignIn("gp-of-two", "Dr Chidi Example", "gp", third, also=(fourth,), professional_number="G9990003"),
        SignIn("practice-staff", "Dot Example", "practice_staff", first),
        SignIn("analyst", "Eve Example", "commissioner_analyst", COMMISSIONER),
        SignIn("lead", "Farid Example", "commissioner_lead", COMMISSIONER),
        SignIn("validator", "Grace Example", "ceff_validator", COMMISSIONER, trained=True),
        SignIn("approver", "Hal Example", "ceff_approver", COMMISSIONER, trained=True),
        SignIn("finance", "Ines Example", "ccg_finance", COMMISSIONER),
        SignIn("operator", "Jo Example", "data_processor_operator", PROCESSOR),
        SignIn("auditor", "Kit Example", "nhs_digital_auditor", AUDITOR),
        SignIn("privacy", "Lena Example", "privacy_officer", COMMISSIONER),
        SignIn("administrator", "Max Example", "access_administrator", COMMISSIONER),
        SignIn("second-administrator", "Nia Example", "access_administrator", COMMISSIONER),
        SignIn("hosting", "Oz Example", "hosting_operator", HOSTING),
    )


SERVICES = {
    "GATEWAY_SERVICE_INTAKE_RISK": "operator",
    "GATEWAY_SERVICE_INTAKE_INVOICES": "validator",
    "GATEWAY_SERVICE_AUDIT": "auditor",
    "GATEWAY_SERVICE_REVIEW": "privacy",
    "GATEWAY_SERVICE_USER": "administrator",
}
