"""What changed for one patient since the run before, worded for the page: no code and no date (RS-5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.catalogue import words

Record = Mapping[str, Any]
STATES = {
    "first_run": "This is the first run by this method, so there is nothing to compare with yet.",
    "new": "New on the list: not at risk, or not with your practice, in the run before.",
    "moved": "New at your practice: the history of the practice before has come with the patient.",
    "changed": "",
    "same": "",
}
SCORE, CAME = "score", "came"


def changed(parts: Mapping[str, Sequence[Record]]) -> dict[str, Any]:
    """Old and new score and band in a sentence; what moved the score, with points; what the practice recorded."""
    last = parts["last_run"][0]
    rows = parts["changes"]
    return {
        "state": STATES[last["state"]],
        "first": last["state"] == "first_run",
        "sentence": _sentence(last),
        "weighed": [f"{row['what']} ({row['points']})" for row in rows if row["source"] == SCORE],
        "came": [row["what"] for row in rows if row["source"] != SCORE and row["direction"] == CAME],
        "went": [row["what"] for row in rows if row["source"] != SCORE and row["direction"] != CAME],
    }


def _sentence(last: Record) -> str:
    if last["before_score"] is None:
        return ""
    day = words.day(last["before_as_of"])
    if (last["before_score"], last["before_band"]) == (last["score"], last["band"]):
        return f"The score is {last['shown']} ({last['band']}), as on {day}."
    was = f"The score was {last['before_shown']} ({last['before_band']}) on {day}"
    return f"{was}, and is {last['shown']} ({last['band']})."
