"""What the pseudonymised store is told of one run: persons in bands, histories in months, and the protected lattice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import astuple

import polars as pl

from gateway.disclosure.lattice import ProtectedCell, protect
from gateway.intake import words
from gateway.intake.linked import Linked, word
from gateway.intake.pseudonymise import counts_band
from gateway.risk import charlson, hfrs

CUTS = (
    ("practice",),
    ("age_band",),
    ("sex",),
    ("deprivation",),
    ("band",),
    ("practice", "age_band"),
    ("age_band", "sex"),
)
NOT_KNOWN = words.NOT_KNOWN
_STAY_DAYS, _POUNDS = (1, 2, 4, 8, 15, 31), (1, 500, 1000, 2500, 5000, 10000)


def lattice(linked: Linked) -> list[ProtectedCell]:
    """The run's protected cells, made once for whoever is shown one of them."""
    return protect(_dimensions(linked), CUTS)


def tables(linked: Linked, cells: Sequence[ProtectedCell]) -> dict[str, Iterable[tuple[object, ...]]]:
    """Rows by table. linked.people has `pseudonym` and `deprivation` too; rows are in the order of the pseudonyms."""
    return {
        "lattice": (astuple(cell) for cell in cells),
        "person": _rows(_persons, linked, "pseudonym"),
        "history": _rows(_history, linked, "pseudonym", "month", "kind"),
    }


def _rows(made_by: Callable[[Linked], pl.DataFrame], linked: Linked, *order: str) -> Iterable[tuple[object, ...]]:
    """A table's rows, made when they are asked for and not before: no two tables are in memory at once."""
    yield from made_by(linked).sort(order).iter_rows()


def _dimensions(linked: Linked) -> Iterable[tuple[Mapping[str, str], bool]]:
    rows = linked.people.select(
        "practice", "age_band", word("Sex", words.SEX).alias("sex"), "deprivation", "band", "at_risk"
    )
    for *values, at_risk in rows.iter_rows():
        yield dict(zip(rows.columns, values, strict=False)), bool(at_risk)


def _persons(linked: Linked) -> pl.DataFrame:
    unknown = pl.when(pl.col("age").is_null()).then(pl.lit(NOT_KNOWN))
    return _with_what_is_counted(linked).select(
        "pseudonym",
        "practice",
        "age_band",
        word("Sex", words.SEX),
        _ethnic(),
        "deprivation",
        "band",
        counts_band("emergencies", (1, 2, 3, 5)).alias("emergency_band"),
        *(
            unknown.when(pl.col(name) == "").then(pl.lit("Not applicable")).otherwise(pl.col(name)).alias(name)
            for name in ("hfrs", "charlson")
        ),
        counts_band("conditions", (1, 2, 3, 4)).alias("conditions_band"),
        counts_band("Repeat_Medicine_Count", (1, 4, 8, 12)).alias("medicines_band"),
        counts_band("cost", _POUNDS).alias("cost_band"),
    )


def _with_what_is_counted(linked: Linked) -> pl.DataFrame:
    """The people with their bands of each method, and how many conditions and pounds."""
    conditions = linked.gp["gp_condition"].group_by("NHS_Number").agg(pl.col("Register").n_unique().alias("conditions"))
    cost = linked.hospital["apc"].group_by("NHS_Number").agg(pl.col("Tariff_Total_Payment").sum().alias("cost"))
    people = linked.people
    for method, name in ((hfrs.METHOD, "hfrs"), (charlson.METHOD, "charlson")):
        mine = linked.scored.scores.filter(pl.col("method") == method)
        banded = mine.select("NHS_Number", pl.col("band").cast(pl.String).alias(name))
        people = people.join(banded, on="NHS_Number", how="left")
    people = people.join(conditions, on="NHS_Number", how="left").join(cost, on="NHS_Number", how="left")
    return people.with_columns(pl.col("conditions", "cost", "Repeat_Medicine_Count").fill_null(0))


def _ethnic() -> pl.Expr:
    return pl.col("Ethnic_Category").replace_strict(words.ETHNIC_GROUPS, default=NOT_KNOWN).alias("ethnic_group")


def _history(linked: Linked) -> pl.DataFrame:
    """Every stay, attendance and appointment, in the order of the store's columns; '' where a kind has none."""
    stay = (pl.col("Discharge_Date") - pl.col("Admission_Date")).dt.total_days().fill_null(0)
    stays = _of_people(linked, "apc").with_columns(stay.alias("stay"))
    function = "Der_Admit_Treatment_Function_Code"
    return pl.concat(
        [
            _events(
                stays, "Admission", ("Admission_Date", function, "Spell_Core_HRG", "Tariff_Total_Payment"),
                method=word("Admission_Method", words.ADMISSION_METHODS), conditions=_conditions(linked),
                stay=counts_band("stay", _STAY_DAYS),
            ),
            _events(
                _of_people(linked, "ec"), words.ATTENDANCE_USE,
                ("Arrival_Date", "", "SUS_HRG_Code", "SUS_Final_Price"),
            ),
            _events(
                _of_people(linked, "op"), words.CLINIC_USE,
                ("Appointment_Date", "Treatment_Function_Code", "HRG_Code", "Tariff_Total_Payment"),
            ),
        ]
    ).collect()  # fmt: skip


def _events(rows: pl.LazyFrame, kind: str, columns: tuple[str, str, str, str], **only_here: pl.Expr) -> pl.LazyFrame:
    """One kind of them. columns: of the day, the treatment function ('' for none), the HRG and the price."""
    day, function, hrg, price = columns
    none = pl.lit("")
    return rows.select(
        "pseudonym",
        _month(day),
        pl.lit(kind).alias("kind"),
        "Der_Provider_Code",
        only_here.get("method", none).alias("method"),
        (word(function, words.TREATMENT_FUNCTIONS) if function else none).alias("function"),
        _chapter(hrg),
        only_here.get("conditions", none).alias("conditions"),
        only_here.get("stay", none).alias("stay_band"),
        counts_band(price, _POUNDS).alias("cost_band"),
    )


def _of_people(linked: Linked, kind: str) -> pl.LazyFrame:
    """Lazy, so that only the columns that are asked for are ever joined."""
    return linked.hospital[kind].lazy().join(linked.people.lazy().select("NHS_Number", "pseudonym"), on="NHS_Number")


def _conditions(linked: Linked) -> pl.Expr:
    """ICD-10 chapter of the main diagnosis; nothing for a code of the sensitive list (RS-5)."""
    main = pl.col("Der_Diagnosis_All").str.extract(r"([A-Z][0-9]{2}[0-9]{0,2})").fill_null("")
    sensitive = pl.lit(value=False)
    for code in sorted(linked.sensitive_codes):
        sensitive = sensitive | main.str.starts_with(code)
    chapter = main.str.head(1).replace_strict(words.CHAPTERS, default="")
    return pl.when(sensitive).then(pl.lit("")).otherwise(chapter).alias("conditions")


def _month(column: str) -> pl.Expr:
    return pl.col(column).dt.strftime("%Y-%m").alias("month")


def _chapter(column: str) -> pl.Expr:
    return pl.col(column).str.head(1).fill_null("").alias("hrg_chapter")
