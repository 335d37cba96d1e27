"""Files that are right in form and say what cannot be: bad dates, overlaps, unknown words, rules that do not fit."""

from __future__ import annotations

from collections.abc import Iterator

from tests.policies.damage import Damage, Files, Text

TERM = "\nfrom = 2019-10-01\nto = 2022-09-30\npurposes"
ROW = ('source = "a test"', "from = 2021-01-01")


def of_agreements(files: Files) -> Iterator[Damage]:
    text = Text(files, "agreements.toml")
    for first in (
        "2019-13-01",
        "2019-02-30",
        '"2019-10-01"',
        "2019-10-01T00:00:00",
        "2019-10-1",
        "01/10/2019",
        "2023-01-01",
    ):
        yield text.replaced(TERM, TERM.replace("2019-10-01", first), offset=int(first == "2023-01-01"))
    yield text.replaced("to = 2022-09-30", "to = 2019-09-30")
    for old, new in (
        ("DARS-NIC-226296-S7T2Y", "DARS-NIC-226296"),
        ("DARS-NIC-226296-S7T2Y", "dars-nic-226296-s7t2y"),
        ('["direct_care", "commissioning"]', '["direct_care", "comissioning"]'),
        ('["direct_care", "commissioning"]', '["direct_care", "direct_care"]'),
        ('organisation = "06Q"', 'organisation = "06q"'),
        ('organisation = "06Q"', 'organisation = "06 Q"'),
        ('kind = "controller"', 'kind = "owner"'),
        ('kind = "processor"', 'kind = "Processor"'),
        ('status = "standards met"', 'status = "standards nearly met"'),
        ('regime = "type_2_applied"', 'regime = "type_2"'),
        ('organisation = "ZZH"', 'organisation = "06Q"'),
        ('organisation = "ZZP"\nstatus', 'organisation = "ZZQ"\nstatus'),
        ("[agreement.RS]", "[agreement.rs]"),
    ):
        yield text.replaced(old, new)
    for kind, further in (
        ("term", 'purposes = ["commissioning"]'),
        ("section_251", ""),
        ("toolkit", 'organisation = "06Q"\nstatus = "standards met"'),
        ("party", 'organisation = "06Q"\nname = "again"\nkind = "controller"'),
        ("barred", 'organisation = "ZZH"\nname = "again"'),
        ("opt_out", 'regime = "not_applied"'),
    ):
        yield text.appended(f"[[agreement.RS.{kind}]]", *ROW, *further.split("\n"))
    yield from _further_rows(text)


def _further_rows(text: Text) -> Iterator[Damage]:
    yield text.appended(
        "[[agreement.RS.barred]]", *ROW, "to = 2021-12-31", 'organisation = "ZZJ"', 'name = "n"', offset=3
    )
    for code in ("06Q", "Z9900", "z99001"):
        yield text.appended("[[agreement.RS.participating_practice]]", *ROW, f'organisation = "{code}"', offset=3)
    yield text.appended("[[agreement.RS.storage_address]]", *ROW)
    yield text.appended(
        "[[agreement.RS.instruction]]", *ROW, 'reference = "1"', 'given_by = "06Q"', "threshold = -1", offset=5
    )
    yield text.replaced("DARS-NIC-198111-C2W4W", "DARS-NIC-226296-S7T2Y")


def of_scopes(files: Files) -> Iterator[Damage]:
    text = Text(files, "scopes.toml")
    where = 'where = "practice_code = :organisation AND at_risk = 1"'
    for condition in (
        "practice_code = :organisation) OR (at_risk = 1",
        "practice_code = :organisation = at_risk = 1",
        "practice_code = :organisation AND at_risk = 1)",
        "practice_code = :organisation AND AND at_risk = 1",
        "practice_code = :organisation and at_risk = 1",
        "practice_code = :organisation AND at_risk = 1 -- x",
        "practice_code = :organisation; at_risk = 1",
        "practice_code LIKE :organisation AND at_risk = 1",
        "practice_code = :organisaton AND at_risk = 1",
        "practice_cod = :organisation AND at_risk = 1",
        "practice_code = 'Z99001' AND at_risk = 1",
    ):
        yield text.replaced(where, f'where = "{condition}"')
    columns, parameters = 'columns = ["practice_code", "at_risk"]', '{ organisation = "organisation" }'
    yield text.replaced(columns, 'columns = ["practice_code"]', offset=-1)
    yield text.replaced(columns, 'columns = ["practice_code", "at_risk", "name"]')
    yield text.replaced(parameters, '{ organisation = "password" }')
    yield text.replaced(parameters, '{ organisation = "organisation", user = "user" }')
    yield text.replaced('stores = ["risk_identifiable"]', 'stores = ["risk_identifiabel"]')
    yield text.appended("[scope.spare]", 'line = "l"', 'where = "1"', "columns = []", "parameters = {}", "stores = []")


def of_views(files: Files) -> Iterator[Damage]:
    text = Text(files, "views.toml")
    for old, new in (
        ("page_size = 200", "page_size = 0"),
        ("page_size = 200", "page_size = 10001"),
        ('default_sort = "-score"', 'default_sort = "-scores"'),
        ('default_sort = "-score"', 'default_sort = "score desc"'),
        ('store = "risk_identifiable"', 'store = "risk_identifable"'),
        ('table = "worklist"', 'table = "worklist; --"'),
        ('keys = ["handle"]', 'keys = ["han dle"]'),
        ('uses = ["matched.reference", "matched.tier"]', 'uses = ["matched"]'),
    ):
        yield text.replaced(old, new)
    yield text.appended("[view.spare]", 'store = "accounts"')


def of_words(files: Files) -> Iterator[Damage]:
    text = Text(files, "vocabulary.toml")
    for old, new in (
        ('party = "participating_practice"', 'party = "practice"'),
        ('class = "practice"', 'class = "practise"'),
        ("barred = false", "barred = 0"),
        ('actions = ["list", "export"]', 'actions = ["list", "Export"]'),
        ('actions = ["list", "export"]', 'actions = ["*"]'),
        ('actions = ["list", "export"]', "actions = []"),
        ('[resource."practice.worklist"]', '[resource."practice worklist"]'),
    ):
        yield text.replaced(old, new)
    duties = Text(files, "duties.toml")
    yield from (duties.replaced(f'"{kind}"', f'"{kind}s"') for kind in ("stated_reason", "obligation"))


def of_reviews(files: Files) -> Iterator[Damage]:
    text = Text(files, "review.toml")
    for old, new in (
        ('kind = "burst"', 'kind = "bursts"'),
        ("minutes = 1", "minutes = 0"),
        ("minutes = 60", "minutes = 1441"),
        ("times = 4", "times = 1"),
        ("closes = 22", "closes = 25"),
        ("opens = 6", "opens = 22"),
        ("at_least = 20", "at_least = 0"),
        ("[outcome.in_order]", "[outcome.In_order]"),
    ):
        yield text.replaced(old, new)


def of_separation_and_invariants(files: Files) -> Iterator[Damage]:
    sod = Text(files, "sod.toml")
    for old, new in (
        ('one = ["gp", ', 'one = ["GP", '),
        ('one = ["gp", ', 'one = ["commissioner_lead", '),
        ('action = "approve" }', 'action = "create" }'),
        ('action = "approve" }', 'action = "aprove" }'),
        ('resource = "invoices.line", ', 'resource = "invoices.lines", '),
        ('resource = "invoices.line", ', ""),
        ('id = "ceff-apart-from-commissioning"', 'id = "identifiable-apart-from-pseudonymised"'),
    ):
        yield sod.replaced(old, new)
    yield Damage("no static rule", sod.name, 1, "\n".join(sod.lines[sod.lines.index("[[dynamic]]") :]).encode() + b"\n")
    invariants = Text(files, "invariants.toml")
    for old, new in (
        ('kind = "classes_unreachable"', 'kind = "classes_unreached"'),
        ('role_classes = ["commissioner"]', 'role_classes = ["comissioner"]'),
        ('["nhs_number", "handle",', '["nhs_numbers", "handle",'),
        ('"hospital_code", "hospital_date"]', '"hospital_code", "hospital_code"]'),
        ('duties = ["training", "authorisation"]', 'duties = ["trained", "authorisation"]'),
        ('scopes = ["own_practice_at_risk"]', 'scopes = ["own_practice"]'),
        ('id = "leads-see-no-person"', 'id = "commissioners-see-no-nhs-number"'),
    ):
        yield invariants.replaced(old, new)
    yield Damage("no invariant", invariants.name, 1, b"# none\n")


def of_rules_that_do_not_fit(files: Files) -> Iterator[Damage]:
    text = Text(files, "policy.csv")
    for old, new in (
        ("own_practice_at_risk,practice_worklist,RS", "whole_log,practice_worklist,RS"),
        ("own_practice_at_risk,practice_worklist,RS", "own_practice_at_risk,practice_worklist,IV"),
        ("own_practice_at_risk,practice_worklist,RS", "own_practice_at_risk,practice_worklist,none"),
        ("read,gp,direct_care", "read,hosting_operator,direct_care"),
        ("read,gp,direct_care", "read,privacy_officer,direct_care"),
        ("read,gp,direct_care", "read,gp,invoice_validation"),
    ):
        yield text.replaced(old, new)
