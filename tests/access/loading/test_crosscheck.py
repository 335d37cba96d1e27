"""Files that are each right by themselves have to fit one another."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Told = Callable[..., tuple[str, ...]]
LOG = "p,watcher:log:list,watcher,watching,log,list,all,log,none,none,allow"
READ = "p,chief:papers:read,chief,work,papers,read,near,papers,AA,none,allow"


@pytest.mark.parametrize(
    ("old", "new", "line", "fault"),
    [
        (LOG, LOG.replace("all,log", "near,log"), 3, "scope 'near' is not legal in store 'journal': choose a scope of"),
        (LOG, LOG.replace("log,none", "log,AA"), 3, "store 'journal' is under agreement 'none': write none as the"),
        (READ, READ.replace("AA", "none"), 2, "store 'archive' is under agreement 'AA': write AA as the agreement"),
        (LOG, LOG.replace("watcher,watching", "shut,watching"), 3, "role 'shut' is barred: remove the line"),
        (
            READ,
            READ.replace("chief,work", "watcher,work"),
            2,
            "role 'watcher' reaches no data of an agreement: say data",
        ),
        (READ, READ.replace("work", "watching"), 2, "no term of agreement 'AA' allows 'watching': correct the purpose"),
        ("g,chief,clerk", "g,shut,clerk", 4, "role 'shut' is barred: remove the line"),
        ("g,chief,clerk", "g,chief,shut", 4, "role 'shut' is barred: remove the line"),
        ("g,chief,clerk", "g,watcher,chief\ng,chief,clerk", 4, "'watcher' holds by inheritance what 'watchers-apart'"),
        ("g,chief,clerk", "g,clerk,watcher\ng,chief,clerk", 5, "'chief' holds by inheritance what 'watchers-apart'"),
    ],
)
def test_a_rule_that_does_not_fit_is_refused_on_its_line(
    faults: Told, old: str, new: str, line: int, fault: str
) -> None:
    assert any(told.startswith(f"policy.csv:{line}: {fault}") for told in faults(("policy.csv", old, new)))


@pytest.mark.parametrize(
    ("file", "text", "fault"),
    [
        ("views.toml", '[view.spare]\nstore = "journal"\n', "views.toml:10: no rule uses view 'spare': remove it, or"),
        (
            "scopes.toml",
            '[scope.spare]\nline = "l"\nwhere = "1"\ncolumns = []\nparameters = {}\nstores = []\n',
            "scopes.toml:7: no rule uses scope 'spare': remove it, or name it in policy.csv",
        ),
    ],
)
def test_what_no_rule_uses_is_refused(faults: Told, file: str, text: str, fault: str) -> None:
    before = {"views.toml": "[view.log]\n", "scopes.toml": "[scope.all]\n"}[file]
    (told,) = faults((file, before, text + before))
    assert told.startswith(fault)


def test_a_rule_of_an_agreement_that_is_not_declared_is_told_with_the_rest(faults: Told) -> None:
    refused = faults(("vocabulary.toml", 'agreement = "AA"', 'agreement = "none"'))
    assert [told.split(":")[1] for told in refused] == ["1", "2"]
    assert all("store 'archive' is under agreement 'none'" in told for told in refused)


def test_a_definition_that_is_wrong_is_no_fault_of_the_rules_that_name_it(faults: Told) -> None:
    refused = faults(("scopes.toml", 'line = "All."', "line = 1"), ("duties.toml", 'line = "Trained."', "line = 1"))
    assert [told.split(":")[0] for told in refused] == ["duties.toml", "scopes.toml"]


def test_faults_of_several_files_are_told_in_one_reading(faults: Told) -> None:
    refused = faults(
        ("policy.csv", "allow\np,chief", "Allow\np,chief"),
        ("agreements.toml", "2020-12-31", "2019-12-31"),
        ("sensitive_codes.csv", "2019-04-01", "soon"),
    )
    assert [told.split(":")[0] for told in refused] == ["agreements.toml", "policy.csv", *["sensitive_codes.csv"] * 2]
