"""The API's addresses, made from the lists: GET for JSON, and `.csv` where the policy knows an export."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial, update_wrapper

from flask import Blueprint, Response, render_template, request

from gateway.api.openapi import AGREEMENTS, document
from gateway.http import standing
from gateway.http.asking import ask, desk
from gateway.http.downloads import csv_of
from gateway.http.lists import LISTS, Listing, question_of
from gateway.sheets import lists


def add_to(blueprint: Blueprint) -> None:
    """An address, or two, for each list; and the description of them all."""
    for listing in LISTS:
        name = listing.resource.replace(".", "_")
        blueprint.add_url_rule(listing.path, name, _view(as_json, listing))
        if listing.exports:
            path = f"{listing.path.rstrip('/')}.csv"
            blueprint.add_url_rule(path, f"{name}_csv", _view(as_file, listing))
    blueprint.add_url_rule("/administration/agreements", "administration_agreements", agreements)
    blueprint.add_url_rule("/openapi.json", "openapi", describe)
    blueprint.add_url_rule("/docs", "docs", docs)


def as_json(listing: Listing, **keys: str) -> Response:
    """`columns`, `rows`, `total`, `page`, `event`, and how old the data is."""
    answer, rows = listing.ask(**keys)
    columns, records = lists.as_records(rows)
    told = {"event": answer.receipt.index, "as_of": dict(answer.result.as_of)}
    return _json({"columns": columns, "rows": records, **lists.total_of(rows), **told})


def as_file(listing: Listing, **keys: str) -> Response:
    """The whole list as CSV: an export, and on the log as one."""
    return csv_of(listing, question_of(request.args, keys), listing.resource.replace(".", "-"))


def agreements() -> Response:
    """How each agreement stands today; it comes from the policy, not from a store."""
    event = ask("administration", "administration.agreements", "list").receipt.index
    policy, day = desk().policy, desk().today()
    told = [standing.told(policy, key, day) for key in sorted(policy.agreements)]
    records = [{name: one[name] for name in AGREEMENTS} for one in told]
    return _json({"columns": list(AGREEMENTS), "rows": records, "total": len(records), "page": 1, "event": event})


def describe() -> Response:
    """OpenAPI 3.1 of the lists."""
    return _json(document())


def docs() -> str:
    """The same for people to read."""
    return render_template("api/docs.html", paths=document()["paths"])


def _view(view: Callable[..., Response], listing: Listing) -> Callable[..., Response]:
    """The view of one list, with the name by which the form guard knows a view."""
    return update_wrapper(partial(view, listing), view)


def _json(whole: dict[str, object]) -> Response:
    return Response(json.dumps(whole, ensure_ascii=False), content_type="application/json")
