"""A small load generator: clients that each keep one connection and ask again as soon as they have their answer."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import NamedTuple

from measuring.figures import Spread, spread
from measuring.processes import HERE, cpu_seconds


class Answered(NamedTuple):
    """One burst: milliseconds of an answer, answers a second, and milliseconds of processor that the server took."""

    taken: Spread
    per_second: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Target:
    """A page of one server. cookies: the header that each client sends; clients beyond their number share them."""

    name: str
    pid: int
    port: int
    path: str
    cookies: Sequence[str] = ("",)


def page_of(target: Target) -> str:
    """What the first client gets."""
    connection = http.client.HTTPConnection(HERE, target.port, timeout=60)
    try:
        connection.request("GET", target.path, headers={"Cookie": target.cookies[0]})
        return connection.getresponse().read().decode()
    finally:
        connection.close()


@dataclass(slots=True)
class Load:
    """One burst: so many requests of each client, for at most so many seconds."""

    target: Target
    clients: int
    each: int
    seconds: float
    taken: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def run(self) -> Answered:
        """Ask, and wait for every answer. Raises RuntimeError where one was not 200."""
        ready = threading.Barrier(self.clients)
        threads = [threading.Thread(target=self._client, args=(number, ready)) for number in range(self.clients)]
        cpu, begun = cpu_seconds(self.target.pid), time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took, cpu = time.perf_counter() - begun, cpu_seconds(self.target.pid) - cpu
        if self.faults:
            raise RuntimeError(f"{self.target.name}: {self.faults[0]}")
        many = len(self.taken)
        return Answered(spread(1000 * one for one in self.taken), many / took, 1000 * cpu / many)

    def _client(self, number: int, ready: threading.Barrier) -> None:
        connection = http.client.HTTPConnection(HERE, self.target.port, timeout=60)
        headers = {"Cookie": self.target.cookies[number % len(self.target.cookies)]}
        own: list[float] = []
        try:
            connection.connect()
            ready.wait()
            end = time.perf_counter() + self.seconds
            while len(own) < self.each and time.perf_counter() < end:
                own.append(self._ask(connection, headers))
        except (OSError, http.client.HTTPException, threading.BrokenBarrierError) as error:
            ready.abort()
            self.faults.append(repr(error))
        finally:
            connection.close()
        self.taken += own

    def _ask(self, connection: http.client.HTTPConnection, headers: dict[str, str]) -> float:
        begun = time.perf_counter()
        connection.request("GET", self.target.path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != HTTPStatus.OK:
            raise http.client.HTTPException(f"answered {answer.status}")
        return time.perf_counter() - begun
