"""The words of the work list: conditions, kinds of hospital use, what changed, outcomes of a review, corrections.

Closed lists, the codes our own: nobody types a word about a patient. A code stays once it was used.
"""

from __future__ import annotations

from collections.abc import Mapping

REGISTERS: Mapping[str, str] = {
    "HYP": "High blood pressure",
    "DM": "Diabetes",
    "CHD": "Coronary heart disease",
    "STIA": "Stroke or TIA",
    "AF": "Atrial fibrillation",
    "HF": "Heart failure",
    "COPD": "COPD",
    "AST": "Asthma",
    "CKD": "Chronic kidney disease",
    "CAN": "Cancer",
    "DEM": "Dementia",
    "DEP": "Depression",
    "ANX": "Anxiety",
    "MH": "Serious mental illness",
    "EP": "Epilepsy",
    "LD": "Learning disability",
    "OST": "Osteoporosis",
    "PAD": "Peripheral arterial disease",
    "RA": "Rheumatoid arthritis",
    "PC": "Palliative care",
    "OB": "Obesity",
    "HEAR": "Hearing loss",
    "IBS": "Irritable bowel syndrome",
    "ALC": "Alcohol problems",
}
USES = ("Emergency admission", "A&E attendance", "Planned admission", "Outpatient appointment")
NEW, UP, DOWN, SAME = "New on the list", "Score went up", "Score went down", "Same score"
CHANGES = (NEW, UP, DOWN, SAME)
LIST = "list"  # what joined and left is of
JOINED, LOWER, GONE = "Joined", "No longer at risk", "No longer registered with the practice, or withheld"
REVIEW, ASSIGNMENT, CORRECTION = "review", "assignment", "correction"  # kinds of mark
OUTCOMES: Mapping[str, str] = {
    "care_plan": "Care plan made or revised",
    "medication_review": "Medication review done",
    "frailty_assessment": "Frailty assessed",
    "referred_community": "Referred to community services",
    "referred_specialist": "Referred to a specialist",
    "referred_social": "Referred to social care",
    "team_discussion": "Discussed by the multidisciplinary team",
    "monitoring": "Being monitored, look again",
    "no_action": "No action needed",
    "declined": "Patient declined",
    "not_reached": "Could not reach the patient",
}
CORRECTIONS: Mapping[str, str] = {
    "moved_away": "Moved away",
    "died": "Died",
    "registered_elsewhere": "Registered with another practice",
    "not_known": "Not known at this practice",
}
KINDS: Mapping[str, str] = {REVIEW: "Review", ASSIGNMENT: "Assigned to", CORRECTION: "Not our patient"}


def told(kind: str, code: str) -> str:
    """A mark in words; who is meant, for an assignment; '' for one that takes the last back."""
    return {REVIEW: OUTCOMES, CORRECTION: CORRECTIONS}.get(kind, {}).get(code, code)
