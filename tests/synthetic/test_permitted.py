"""What the planted truth permits, against drawing it, and against the model that is trained on the files."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from gateway.intake.learning.applying import apply
from gateway.intake.learning.features import Past
from gateway.intake.learning.training import train
from gateway.risk.admission_model.performance import discrimination
from gateway.synthetic.hospital import YEARS
from gateway.synthetic.permitted import chances
from gateway.synthetic.population import HIGHEST_RATE, UNTOLD_SHAPE
from gateway.synthetic.synthesiser import attainable, synthesise
from tests.builders.populations import SCHEMAS

FULL = {20_000: 0.02, 100_000: 0.02}  # people, and how close the model comes
SIZES = FULL if os.environ.get("GATEWAY_PROOF") == "full" else {5_000: 0.06}
IDENT, SPELL = "APCS_Ident", ["Der_Provider_Code", "Hospital_Spell_No"]


def drawn(many: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Told rates, emergencies of the years before, and whether there was one in the year after."""
    rng = np.random.default_rng(1)
    told = np.repeat([0.05, 0.3, 2.0], many)
    rate = np.minimum(told * rng.gamma(UNTOLD_SHAPE, 1 / UNTOLD_SHAPE, len(told)), HIGHEST_RATE)
    return told, rng.poisson(rate * YEARS), rng.poisson(rate) > 0


def test_the_chance_is_how_often_it_happens_to_those_with_the_same_past() -> None:
    told, before, after = drawn(60_000)
    chance = chances(told, before, 0.0)
    for rate in (0.05, 0.3, 2.0):
        for many in (0, 1, 3, 8):
            alike = (told == rate) & (before == many)
            if alike.sum() > 400:
                wide = 4 * (after[alike].mean() * (1 - after[alike].mean()) / alike.sum()) ** 0.5
                assert abs(after[alike].mean() - chance[alike][0]) < wide + 0.002


def test_more_admissions_before_are_a_higher_chance_after() -> None:
    assert np.all(np.diff(chances(np.full(40, 0.1), np.arange(40), 0.001)) > 0)


def test_planted_people_among_them_make_two_admissions_more_telling() -> None:
    plain, planted = (chances(np.array([0.05]), np.array([2]), share)[0] for share in (0.0, 0.05))
    assert planted > plain + 0.003


def test_equal_chances_share_their_ranks() -> None:
    assert attainable(np.array([0.1, 0.1, 0.1, 0.1]), np.array([True, False, True, False])) == 0.5


def held(folder: Path, practices: list[str]) -> Past:
    """What a right intake would hold of the files, plainly."""

    def rows(name: str, kind: str) -> pl.DataFrame:
        frame = pl.read_csv(folder / name, infer_schema=False)
        days = [column for column, of in SCHEMAS[kind].items() if of == pl.Date]
        return frame.with_columns(pl.col(days).str.to_date("%Y-%m-%d", strict=False))

    deciles = dict(
        pl.read_csv(folder / "reference/lsoa.csv", infer_schema=False).select("lsoa", "imd_decile").iter_rows()
    )
    people = rows("gp/patient.csv", "people").rename({"Practice_Code": "practice"})
    listed = people.filter(pl.col("practice").is_in(practices) & (pl.col("Registration_Status") == "R"))
    listed = listed.unique("NHS_Number", keep="first", maintain_order=True).with_columns(
        pl.col("Year_of_Birth").cast(pl.Int64),
        pl.col("LSOA_Code").replace_strict(deciles, default="Not known").alias("deprivation"),
    )
    apc = rows("apc.csv", "apc").sort(pl.col(IDENT).cast(pl.Int64)).unique(SPELL, keep="last", maintain_order=True)
    kept = {
        "apc": apc.filter(pl.col("Admission_Method") != ""),
        "gp_condition": rows("gp/condition.csv", "gp_condition"),
    }
    return Past(
        listed.select(*SCHEMAS["people"]),
        {
            kind: frame.select(*SCHEMAS[kind])
            for kind, frame in {**kept, "ec": rows("ec.csv", "ec"), "op": rows("op.csv", "op")}.items()
        },
    )


@pytest.mark.parametrize(("size", "close"), SIZES.items())
def test_the_model_comes_as_close_to_what_is_permitted_as_is_promised(tmp_path: Path, size: int, close: float) -> None:
    synthesise(tmp_path, patients=size)
    truth = json.loads((tmp_path / "truth.json").read_text("utf-8"))
    past, as_of = held(tmp_path / "risk", truth["practices"]["participating"]), date.fromisoformat(truth["as_of"])
    trained = train(past, as_of, frozenset(), lambda _stage: None)
    applied = apply(trained.model, past, as_of, frozenset())
    admitted = past.people["NHS_Number"].is_in(truth["outcome"]).to_numpy().astype(float)
    c, low, _high = discrimination(applied.log_odds.astype(float), admitted)
    assert truth["permitted_discrimination"] - c < close
    assert low < truth["permitted_discrimination"] < truth["attainable_discrimination"]
