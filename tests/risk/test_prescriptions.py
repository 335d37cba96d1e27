"""BNF codes and the medicine classes that a method reads of them."""

from __future__ import annotations

import pytest

from gateway.risk.codes import table
from gateway.risk.multimorbidity import CONDITIONS
from gateway.risk.prescriptions import MedicineClass, medicine_classes


@pytest.mark.parametrize(
    ("bnf", "classes"),
    [
        ("0301011R0AAAPAP", ["asthma"]), ("0302000C0AABFBF", ["asthma"]), ("0407010H0AAAMAM", ["analgesic"]),
        ("1001010J0AAADAD", ["analgesic"]), ("0106040M0BBAAAA", ["laxative"]), ("0106050B0AAAAAA", []),
        ("0403030D0AAAAAA", ["anxiety_depression"]), ("0401010Z0AAAAAA", ["anxiety_depression"]),
        ("0403010B0AAAGAG", []), ("0403010V0AAAGAG", []), ("0408010H0AAAAAA", ["epilepsy"]),
        ("0408010AEAAAAAA", ["epilepsy", "neuropathic_pain"]), ("0408030A0AAAAAA", []),
        ("0102000P0AAAAAA", ["antispasmodic"]), ("0402030K0AAAAAA", ["lithium"]), ("0205051R0AAADAD", []), ("", []),
    ],
)  # fmt: skip
def test_a_code_is_in_the_classes_of_its_section(bnf: str, classes: list[str]) -> None:
    assert [str(one) for one in medicine_classes(bnf)] == classes


def test_the_table_the_classes_and_the_score_s_rules_name_one_another() -> None:
    named = {rule.medicine_class for one in CONDITIONS for rule in (*one.both, *one.alone)}
    assert named == set(map(str, MedicineClass)) == {row["medicine_class"] for row in table("medicine_classes.csv")}
