"""The peer of the work list: the same page from the same rows and template, with nothing in between.

Plain Flask over plain SQLite. Nobody signs in, nothing is decided, encrypted or logged; whoever sends a practice in a
cookie gets its list. Only ever served on 127.0.0.1, for the time of a benchmark, over synthetic people.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from typing import NamedTuple

from flask import Flask, render_template, request

from gateway.catalogue import words
from gateway.http import assets, desks
from gateway.http.acting import Acting
from gateway.web.practice.worklist import MARKED, SHOWN, around

ROWS = "BARE_PAGE_ROWS"
PAGE_SIZE = 50
LIST = f"""
    SELECT {", ".join(SHOWN)} FROM worklist WHERE practice_code = ? AND at_risk = 1
    ORDER BY score DESC, rowid LIMIT {PAGE_SIZE + 1}
"""  # noqa: S608 column names of ours
COUNT = "SELECT count(*) FROM worklist WHERE practice_code = ? AND at_risk = 1"
ABOUT = "SELECT key, value FROM about"
_own = threading.local()


class Rows(NamedTuple):
    """What the template asks of a list."""

    total: int
    page: int
    more: bool


def app() -> Flask:
    """The application, over the file that the environment names."""
    bare = Flask(__name__, template_folder=str(assets.folder("templates")))
    bare.jinja_options = {**bare.jinja_options, "trim_blocks": True, "lstrip_blocks": True}
    bare.jinja_env.filters.update(day=words.day, count=words.count, shown=words.shown)
    links = tuple(entry for entry in desks.ENTRIES if entry.path.startswith("/practice/"))
    fingerprint = assets.fingerprint(assets.folder("static"))
    bare.jinja_env.globals.update(
        asset=lambda name: f"/static/{fingerprint}/{name}",
        csrf_token=lambda: "nothing-is-checked-here",
        demonstration=True,
        acting=lambda: Acting("gp", "General practitioner", request.cookies["practice"], links),
    )
    bare.add_url_rule("/practice/worklist", view_func=worklist)
    return bare


def worklist() -> str:
    """Fifty rows: three queries and the template."""
    practice, connection = (request.cookies["practice"],), _connection()
    found = connection.execute(LIST, practice).fetchall()
    total = connection.execute(COUNT, practice).fetchone()[0]
    rows = Rows(total, 1, len(found) > PAGE_SIZE)
    patients = [(*row, *("" for _ in MARKED)) for row in found[:PAGE_SIZE]]
    return render_template(
        "practice/worklist.html",
        **around(request.args, rows, patients, (), ""),  # type: ignore[arg-type]
        as_of=dict(connection.execute(ABOUT).fetchall()),
    )


def _connection() -> sqlite3.Connection:
    if not hasattr(_own, "connection"):
        _own.connection = sqlite3.connect(f"file:{os.environ[ROWS]}?mode=ro", uri=True)
    connection: sqlite3.Connection = _own.connection
    return connection
