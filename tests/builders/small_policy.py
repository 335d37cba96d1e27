"""A policy of one page: two who work under one agreement, one who watches, one who is barred.

The chief inherits from the clerk. Casbin is asked its few cells in no time.
"""

from __future__ import annotations

from gateway.access.loading.model import MODEL

SMALL = {
    "model.conf": "\n".join(MODEL) + "\n",
    "policy.csv": """\
p,clerk:papers:list,clerk,work,papers,list,near,papers,AA,trained,allow
p,chief:papers:read,chief,work,papers,read,near,papers,AA,none,allow
p,watcher:log:list,watcher,watching,log,list,all,log,none,none,allow
g,chief,clerk
""",
    "decisions.csv": """\
role,purpose,resource,action,scope,view,agreement
chief,work,papers,list,near,papers,AA
chief,work,papers,read,near,papers,AA
clerk,work,papers,list,near,papers,AA
watcher,watching,log,list,all,log,none
""",
    "vocabulary.toml": """\
[role]
clerk = { title = "Clerk", line = "A.", code = "C1", class = "desk", party = "controller", data = true, barred = false }
chief = { title = "Chief", line = "B.", code = "C2", class = "desk", party = "controller", data = true, barred = false }
watcher = { title = "W", line = "C.", code = "C3", class = "watch", party = "none", data = false, barred = false }
shut = { title = "Shut", line = "D.", code = "C4", class = "shut", party = "none", data = false, barred = true }
[purpose]
work = { hl7 = "TREAT", system = "s", line = "Work." }
watching = { hl7 = "HCOMPL", system = "s", line = "Watching." }
[resource]
papers = { actions = ["list", "read"], line = "Papers." }
log = { actions = ["list"], line = "The log." }
[field_class]
word = { line = "A word." }
secret = { line = "A secret." }
[reason]
asked = { line = "Asked" }
[store]
archive = { agreement = "AA", line = "Papers." }
journal = { agreement = "none", line = "The log." }
""",
    "scopes.toml": """\
[scope.near]
line = "One's own organisation."
where = "place = :organisation"
columns = ["place"]
parameters = { organisation = "organisation" }
stores = ["archive"]
[scope.all]
line = "All."
where = "1"
columns = []
parameters = {}
stores = ["journal"]
""",
    "views.toml": """\
[view.papers]
store = "archive"
[[view.papers.part]]
name = "papers"
table = "paper"
default_sort = "-title"
columns = [
  { name = "title", class = "word", filter = true, sort = true },
]
[view.log]
store = "journal"
""",
    "duties.toml": """\
[duty.trained]
kind = "training_in_date"
line = "Trained."
""",
    "agreements.toml": """\
[agreement.AA]
reference = "DARS-NIC-111111-AAAAA"
title = "Papers"
legal_basis = "A law"
data_sets = ["papers"]
[[agreement.AA.term]]
from = 2020-01-01
to = 2020-12-31
purposes = ["work"]
source = "a test"
[[agreement.AA.section_251]]
from = 2020-01-01
source = "a test"
[[agreement.AA.party]]
organisation = "06Q"
name = "The CCG"
kind = "controller"
from = 2020-01-01
source = "a test"
[[agreement.AA.toolkit]]
organisation = "06Q"
status = "standards met"
from = 2020-01-01
source = "a test"
[[agreement.AA.barred]]
organisation = "ZZH"
name = "Shut out"
from = 2020-01-01
source = "a test"
""",
    "sod.toml": """\
[[static]]
id = "watchers-apart"
one = ["watcher"]
other_with_data = true
line = "Who watches does not work."
[[dynamic]]
id = "listed-and-read"
object = "paper"
first = { resource = "papers", action = "list" }
then = { resource = "papers", action = "read" }
line = "Who lists a paper never reads it."
""",
    "invariants.toml": """\
[[invariant]]
id = "no-secrets"
kind = "classes_unreachable"
sentence = "Nobody reaches a secret."
role_classes = ["desk", "watch", "shut"]
field_classes = ["secret"]
""",
    "review.toml": """\
[rule.hasty]
kind = "burst"
at_least = 3
minutes = 2
due_days = 5
line = "Three within two minutes."
[outcome.fine]
line = "Fine."
""",
    "sensitive_codes.csv": """\
system,code,topic,from,to,source
icd_10,B20,HIV,2019-04-01,,a test
""",
}


def small_policy(*changes: tuple[str, str, str]) -> dict[str, bytes]:
    """Its files; each (file, old, new) is put in place first, and `old` has to stand there once."""
    texts = dict(SMALL)
    for file, old, new in changes:
        assert texts[file].count(old) == 1, (file, old)
        texts[file] = texts[file].replace(old, new)
    return {name: text.encode() for name, text in texts.items()}
