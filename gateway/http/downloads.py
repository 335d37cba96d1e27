"""A list as a file: the whole of it, disclosed like its page, and on the log as an export before it is sent."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response

from gateway.access.decision import Value
from gateway.http.lists import Listing
from gateway.sheets import csv
from gateway.sheets.lists import as_csv


def csv_of(listing: Listing, filters: Mapping[str, Value], name: str) -> Response:
    """The list as `name`.csv. Raises what enforcement raises, on the log already."""
    answer = listing.export(filters, lambda result: as_csv(result, listing.part))
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(answer.body, content_type=csv.MEDIA_TYPE, headers=headers)
