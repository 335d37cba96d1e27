"""A witness over HTTP (C2SP tlog-witness, add-checkpoint), and what the log and an offline witness ask over it.

`/follow-key` is ours: a submission with the changes of the log's key that lead to the one that signed it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from gateway.audit.tiles import HASH_BYTES, Tile, path_of, split
from gateway.audit.witnessing import Refused, Submission, read_submission
from gateway.errors import BadRequest, StoreUnavailable
from gateway.recorder.witness import Witness

PATH, FOLLOW = "/add-checkpoint", "/follow-key"
SIZE_KIND = "text/x.tlog.size"
LONGEST = 64 * 1024
_PATIENCE = 10.0  # seconds


class _Handler(BaseHTTPRequestHandler):
    """Answers add-checkpoint and follow-key, and nothing else."""

    server: Server
    timeout = _PATIENCE

    def do_POST(self) -> None:
        """One submission."""
        length = self.headers.get("Content-Length", "")
        if self.path not in {PATH, FOLLOW}:
            self._answer(HTTPStatus.NOT_FOUND, "there is /add-checkpoint and /follow-key here and nothing else\n")
        elif not (length.isascii() and length.isdigit()) or int(length) > LONGEST:
            self._answer(HTTPStatus.BAD_REQUEST, "the request has no length, or is too long\n")
        else:
            self._answer(*_answered(self.server.witness, self.rfile.read(int(length)), with_keys=self.path == FOLLOW))

    def log_message(self, *_words: object) -> None:
        """Nothing: the answers tell."""

    def _answer(self, status: HTTPStatus, body: str, kind: str = "text/plain; charset=utf-8") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())


class Server(ThreadingHTTPServer):
    """Serves one witness until it is shut down."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], witness: Witness) -> None:
        """address: host and port, 0 for any."""
        super().__init__(address, _Handler)
        self.witness = witness


def _answered(
    witness: Witness, body: bytes, *, with_keys: bool
) -> tuple[HTTPStatus, str, str] | tuple[HTTPStatus, str]:
    try:
        told: dict[str, Any] = json.loads(body) if with_keys else {"submission": body.decode(), "rotations": []}
        return HTTPStatus.OK, witness.cosign(read_submission(str(told["submission"])), list(told["rotations"]))
    except (ValueError, KeyError, TypeError):
        return HTTPStatus.BAD_REQUEST, "this cannot be read\n"
    except Refused as refusal:
        if refusal.size is not None:
            return refusal.answer, f"{refusal.size}\n", SIZE_KIND
        return refusal.answer, f"{refusal}\n"


def submitted(url: str, submission: Submission, rotations: Sequence[Mapping[str, Any]] = ()) -> str:
    """The witness's signature line. Raises Refused with its answer, StoreUnavailable where it does not answer.

    rotations: the log's changes of key, as `audit.rotation.document` writes them, for a witness that knows them not.
    """
    path, sent = PATH, submission.body()
    if rotations:
        path, sent = FOLLOW, json.dumps({"submission": sent, "rotations": rotations})
    status, kind, body = _asked("POST", f"{url.rstrip('/')}{path}", sent.encode())
    text = body.decode("utf-8", "replace").strip()
    if status == HTTPStatus.OK:
        return f"{text}\n"
    if status == HTTPStatus.CONFLICT and kind == SIZE_KIND and text.isascii() and text.isdigit():
        raise Refused(HTTPStatus.CONFLICT, f"the witness saw {text} events last, and not these", int(text))
    raise Refused(HTTPStatus.FORBIDDEN, f"the witness refused, with status {status}: {text}")


def fetched(url: str) -> bytes:
    """What stands at an address. Raises StoreUnavailable."""
    status, _kind, body = _asked("GET", url, None)
    if status != HTTPStatus.OK:
        raise StoreUnavailable(f"{url} answers with status {status}")
    return body


def tile_at(url: str, tile: Tile) -> list[bytes]:
    """The hashes of a tile of the log at `url`. Raises StoreUnavailable."""
    body = fetched(f"{url.rstrip('/')}/tile/{path_of(tile)}")
    if len(body) != tile.width * HASH_BYTES:
        raise StoreUnavailable(f"the tile {path_of(tile)} has another length than it should")
    return split(body)


def _asked(method: str, url: str, body: bytes | None) -> tuple[int, str, bytes]:
    told = urlsplit(url)
    kinds = {"http": HTTPConnection, "https": HTTPSConnection}
    if told.scheme not in kinds or not told.hostname:
        raise BadRequest("an address begins with https:// or http://")
    connection = kinds[told.scheme](told.hostname, told.port, timeout=_PATIENCE)
    try:
        connection.request(method, told.path, body)
        answer = connection.getresponse()
        return answer.status, answer.headers.get_content_type(), answer.read(LONGEST)
    except (OSError, HTTPException) as error:
        raise StoreUnavailable(f"{url} does not answer: {error}") from error
    finally:
        connection.close()
