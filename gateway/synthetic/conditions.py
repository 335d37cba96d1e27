"""The long-term conditions of invented people: register, SNOMED CT evidence, ICD-10 codes, and how common with age.

Register codes as in the GP extract's layout; shares and ages are invented to look like a population.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Condition:
    """share: of the old who have it; middle_age: where half of that is reached; bnf, dmd: what is prescribed for it."""

    register: str
    concept: str
    icd10: tuple[str, ...]
    share: float
    middle_age: int
    bnf: str = ""
    dmd: str = ""


CONDITIONS = (
    Condition("HYP", "38341003", ("I10X", "I119", "I10"), 0.55, 58, "0205051R0AAADAD", "318851002"),
    Condition("DM", "44054006", ("E119", "E112", "E109"), 0.18, 56, "0601022B0AAAAAA", "325072002"),
    Condition("CHD", "53741008", ("I251", "I259", "I252"), 0.16, 66, "0212000B0AAABAB", "319996000"),
    Condition("STIA", "230690007", ("I639", "I694", "G459"), 0.10, 72, "0209000C0AAAAAA"),
    Condition("AF", "49436004", ("I48X", "I489"), 0.12, 74, "0208020V0AAAAAA", "319733000"),
    Condition("HF", "84114007", ("I500", "I501", "I110"), 0.09, 76, "0204000H0AAAHAH"),
    Condition("COPD", "13645005", ("J449", "J440", "J441"), 0.10, 62, "0301020Q0AAAAAA"),
    Condition("AST", "195967001", ("J459", "J450"), 0.09, 20, "0301011R0AAAPAP", "320139002"),
    Condition("CKD", "709044004", ("N183", "N184", "N189"), 0.16, 72),
    Condition("CAN", "363346000", ("C509", "C189", "C61X", "C349"), 0.09, 66),
    Condition("DEM", "52448006", ("F03X", "F009 ", "G309"), 0.12, 84, "0411000D0AAAAAA"),
    Condition("DEP", "35489007", ("F329", "F339"), 0.14, 30, "0403030D0AAAAAA", "321746007"),
    Condition("ANX", "197480006", ("F419", "F411"), 0.10, 28, "0403030Q0AAAAAA"),
    Condition("MH", "58214004", ("F209", "F319"), 0.012, 32, "0402010ABAAAAAA"),
    Condition("EP", "84757009", ("G409", "G403"), 0.012, 25, "0408010H0AAAAAA"),
    Condition("OST", "64859006", ("M819", "M809"), 0.08, 74, "0606020A0AAAHAH"),
    Condition("PAD", "399957001", ("I739", "I702"), 0.05, 70, "0212000Y0AAAAAA"),
    Condition("RA", "69896004", ("M069", "M0530D"), 0.012, 55, "1001030U0AAABAB"),
    Condition("OB", "414916001", ("E669",), 0.11, 38),
    Condition("HEAR", "15188001", ("H919",), 0.18, 72),
    Condition("IBS", "10743008", ("K589",), 0.06, 30, "0102000P0AAAAAA"),
    Condition("LD", "110359009", ("F799",), 0.006, 20),
    Condition("PC", "103735009", ("Z515",), 0.006, 80),
    Condition("ALC", "7200002", ("F102", "K703"), 0.02, 42),
)
GENERAL = (
    "R074", "J189", "N390", "K590", "R31X", "W190", "S000", "R410", "R296", "B962", "E86X", "A419", "N179", "L031",
    "S720D", "F059", "R55X", "K529", "R104", "M545", "H259", "K409", "Z960", "Z867", "T814", "R02X", "K922", "G629",
    "B24X", "Z720", "E876", "D649", "J980", "M1999", "R33X", "T509A", "Z501", "L899",
)  # fmt: skip
# prescribed for what stands on no register: a painful condition, constipation, then what is common and makes no
# class of medicines of any method; with the share of people
PRESCRIBED = (
    ("0407010H0AAAMAM", "322236009", 0.08),
    ("0106040M0BBAAAA", "328153006", 0.04),
    ("0212000B0AAAAAA", "", 0.3),
    ("0103050P0AAAAAA", "", 0.2),
    ("0906040G0AAAAAA", "", 0.16),
    ("0304010Y0AAAAAA", "", 0.12),
    ("1302010U0AAAAAA", "", 0.1),
    ("0703010F0AAAAAA", "", 0.1),
    ("0901011P0AAAAAA", "", 0.08),
    ("0602010V0AAABAB", "", 0.06),
)
