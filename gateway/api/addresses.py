"""The API's addresses, made from the lists: GET for JSON, and `.csv` where the policy knows an export."""

from __future__ import annotations

import json
from functools import partial

from flask import Blueprint, Response, request

from gateway.api.openapi import document
from gateway.http.lists import LISTS, Listing, question_of
from gateway.sheets import csv, lists


def add_to(blueprint: Blueprint) -> None:
    """An address, or two, for each list; and the description of them all."""
    for listing in LISTS:
        name = listing.resource.replace(".", "_")
        blueprint.add_url_rule(listing.path, name, partial(as_json, listing))
        if listing.exports:
            path = f"{listing.path.rstrip('/')}.csv"
            blueprint.add_url_rule(path, f"{name}_csv", partial(as_file, listing))
    blueprint.add_url_rule("/openapi.json", "openapi", describe)


def as_json(listing: Listing, **keys: str) -> Response:
    """`columns`, `rows`, `total`, `page`, `event`, and how old the data is."""
    answer, rows = listing.ask(**keys)
    columns, records = lists.as_records(rows)
    whole: dict[str, object] = {"columns": columns, "rows": records, **lists.total_of(rows), "event": answer.receipt.index}
    whole["as_of"] = dict(answer.result.as_of)
    return Response(json.dumps(whole, ensure_ascii=False), content_type="application/json")


def as_file(listing: Listing) -> Response:
    """The whole list as CSV: an export, and on the log as one."""
    answer = listing.export(question_of(request.args), lambda result: lists.as_csv(result, listing.part))
    return Response(answer.body, content_type=csv.MEDIA_TYPE)


def describe() -> Response:
    """OpenAPI 3.1 of the lists."""
    return Response(json.dumps(document()), content_type="application/json")
