"""The strict loader: the bytes of policies/ become a PolicyRelease, or every fault is told and nothing is taken.

One bad line refuses the whole release, with file, line, rule and mend (docs/decisions/0004-strict-loader.md).
Keeps ALL-2.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from gateway.access.loading import (
    agreements,
    crosscheck,
    duties,
    invariants,
    model,
    review,
    rules,
    scopes,
    separation,
    tables,
    views,
    vocabulary,
)
from gateway.access.loading.documents import Document
from gateway.access.loading.faults import Faults
from gateway.access.loading.text import texts
from gateway.access.loading.words import Words
from gateway.access.release import PolicyRelease

DOCUMENTS = (
    vocabulary.FILE,
    scopes.FILE,
    views.FILE,
    duties.FILE,
    agreements.FILE,
    separation.FILE,
    invariants.FILE,
    review.FILE,
)
NAMED = ((scopes.FILE, "scope"), (views.FILE, "view"), (agreements.FILE, "agreement"), (duties.FILE, "duty"))
FILES = tuple(sorted((*DOCUMENTS, model.FILE, rules.FILE, tables.GOLDEN, tables.CODES)))


def load(files: Mapping[str, bytes]) -> PolicyRelease:
    """The release that `files` (name → bytes, all of policies/) hold. Raises PolicyRefused with every fault."""
    faults = Faults()
    content = texts(files, FILES, faults)
    documents = {name: Document.parse(name, content[name], faults) for name in DOCUMENTS if name in content}
    faults.stop_if_any()
    release, inherits = _read(version_of(files), content, documents, faults)
    faults.stop_if_any()
    crosscheck.check(release, inherits, documents, faults)
    faults.stop_if_any()
    return release


def version_of(files: Mapping[str, bytes]) -> str:
    """SHA-256 over names and contents of the files, in order of name: the same bytes, the same version."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\0{len(files[name])}\0".encode())
        digest.update(files[name])
    return digest.hexdigest()


def _read(
    version: str, content: Mapping[str, str], documents: Mapping[str, Document], faults: Faults
) -> tuple[PolicyRelease, tuple[rules.Inheritance, ...]]:
    words = vocabulary.parse(documents[vocabulary.FILE])
    faults.stop_if_any()
    scope, view = scopes.parse(documents[scopes.FILE], words), views.parse(documents[views.FILE], words)
    duty, agreement = duties.parse(documents[duties.FILE]), agreements.parse(documents[agreements.FILE], words)
    separations, sequences = separation.parse(documents[separation.FILE], words)
    known = Words(words, *(documents[file].names(section) for file, section in NAMED))
    permitted, inherits = rules.parse(content[rules.FILE], known, faults)
    release = PolicyRelease(
        version=version,
        model=model.parse(content[model.FILE], faults),
        vocabulary=words,
        scopes=scope,
        views=view,
        duties=duty,
        agreements=agreement,
        rules=permitted,
        inherits=tuple((row.role, row.parent) for row in inherits),
        separations=separations,
        sequences=sequences,
        invariants=invariants.parse(documents[invariants.FILE], words, known.scopes, known.duties),
        review=review.parse(documents[review.FILE]),
        golden=tables.golden(content[tables.GOLDEN], known, faults),
        sensitive_codes=tables.sensitive_codes(content[tables.CODES], faults),
    )
    return release, inherits
