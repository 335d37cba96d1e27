"""Checks this export of an audit log with nothing but Python's standard library.

    python verify.py [--key K] [--previous CHECKPOINT] [FOLDER]

Without --key (the log's verifier key, from its public address) and --previous (a checkpoint that you kept) it says
what it could not check. Exit code 0 when all the rest holds, 1 otherwise.
"""

from __future__ import annotations

import argparse
import base64
import csv
import json
import sys
from array import array
from hashlib import sha256
from pathlib import Path
from typing import Any

from gateway.recorder.outside.curve import Forked, Wrong
from gateway.recorder.outside.keyring import Keyring, keyring
from gateway.recorder.outside.renderings import Rendering
from gateway.recorder.outside.tree import NOTHING, Tree, consistent, faults_of_order

ORIGIN, MANIFEST_ORIGIN = "commissioning-gateway/audit", "commissioning-gateway/audit-export"
MOST_TOLD = 100
GONE = {"pruned", "leaf_hash"}  # what a line says in place of an event whose body went at the end of its retention


def checkpoint_of(path: Path, keys: Keyring) -> tuple[int, bytes]:
    """Size and root of a signed checkpoint."""
    try:
        note = path.read_bytes().decode()
        origin, size, root = keys.text(note, int(note.split("\n")[1])).split("\n")
        if origin == ORIGIN:
            return int(size), base64.b64decode(root)
    except (OSError, ValueError, IndexError) as error:
        raise Wrong(f"{path.name}: {error}") from None
    except Wrong as error:
        raise type(error)(f"{path.name}: {error}") from None
    raise Wrong(f"{path.name} is of another log")


class Export:
    """One export, and what is wrong with it."""

    def __init__(self, folder: Path, key: str | None, previous: Path | None) -> None:
        self.folder, self.previous = folder, previous
        self.wrong: list[str] = []
        manifest = (folder / "manifest.json").read_bytes()
        self.hash, self.manifest = sha256(manifest).hexdigest(), json.loads(manifest)
        self.key = key or self.manifest["verifier_key"]
        self.keys = Keyring(self.key, [])
        self.first: int
        self.end: int
        self.first, self.end = self.manifest["range"]
        self.has_table = "events.csv" in self.manifest["files"]
        self.fhir = Rendering(folder / "fhir/balp.ndjson")
        self.pruned, self.pruned_to, self.may_go_to = 0, 0, 0
        self.unchecked = [] if key else ["that the key is the log's own: give --key, from the log's public address"]
        if not previous:
            self.unchecked.append("that the log extends what you saw before: give --previous, your last checkpoint")

    def check(self) -> None:
        """Everything, one after the other; whatever is wrong is put down, and the rest goes on."""
        for step in (self.follow, self.signature, self.files, self.entries):
            try:
                step()
            except (OSError, ValueError, KeyError, TypeError, AttributeError, csv.Error, Wrong) as error:
                self.wrong.append(f"{getattr(error, 'fault', Wrong.fault)}: {error}")

    def follow(self) -> None:
        """From the key that is known to the one that signs now."""
        self.keys = keyring(self.folder, self.manifest["files"], self.key)

    def signature(self) -> None:
        """The manifest is the one that the log signed."""
        note = (self.folder / "manifest.json.sig").read_bytes().decode()
        if self.keys.text(note) != f"{MANIFEST_ORIGIN}\n{self.hash}":
            raise Wrong("manifest.json is not the one that was signed")

    def files(self) -> None:
        """Each file is the one that the manifest names."""
        told = self.manifest["files"]
        for name in told:
            path, digest = self.folder / name, sha256()
            if not path.is_file():
                self.wrong.append(f"dropped: file {name} is missing")
                continue
            with path.open("rb") as file:
                for block in iter(lambda: file.read(1 << 20), b""):
                    digest.update(block)
            if digest.hexdigest() != told[name]["sha256"]:
                self.wrong.append(f"changed: file {name} is not the one in the manifest")
        ours = {*told, "manifest.json", "manifest.json.sig", "__pycache__"}
        there = (path.relative_to(self.folder) for path in self.folder.rglob("*") if path.is_file())
        others = sorted(path.as_posix() for path in there if path.as_posix() not in ours and path.parts[0] not in ours)
        self.unchecked += [f"{name}, which is no part of the export" for name in others]

    def beside(self) -> tuple[bytearray, bytearray]:
        """Leaf hashes as the table gives them, and hashes of the subjects, 32 bytes for each event."""
        leaves, about = bytearray(32 * (self.end - self.first)), bytearray(NOTHING * (self.end - self.first))
        if self.has_table:
            with (self.folder / "events.csv").open(encoding="utf-8", newline="") as table:
                for row in csv.DictReader(table):
                    self.put(leaves, int(row["index"]), bytes.fromhex(row["leaf_hash"]))
        with (self.folder / "subjects.ndjson").open(encoding="utf-8") as lines:
            for one in map(json.loads, lines):
                tokens = "".join(f"{token}\n" for token in one["tokens"])
                self.put(about, int(one["index"]), sha256(tokens.encode()).digest())
        return leaves, about

    def put(self, hashes: bytearray, index: int, hashed: bytes) -> None:
        """Keep what is told of an event of this export."""
        at = 32 * (index - self.first)
        if 0 <= at < len(hashes):
            hashes[at : at + 32] = hashed
        else:
            self.wrong.append(f"added: something is told of event {index}, which is not in this export")

    def entries(self) -> None:
        """The events are those under the signed roots, in their places, with their subjects."""
        frontier = json.loads((self.folder / "frontier.json").read_bytes())
        if not 0 <= frontier["size"] == self.first <= self.end:
            raise Wrong("frontier.json is not that of the events before this export")
        tree, places = Tree(self.first, frontier["hashes"]), array("q")
        old_root, due = tree.root(), self.earlier()
        leaves, about = self.beside()
        self.compare(due, tree)
        for name in self.manifest["entries"]:
            with (self.folder / name).open("rb") as lines:
                for line in lines:
                    places.append(self.entry(line.rstrip(b"\n"), tree, leaves, about))
                    self.compare(due, tree)
        self.wrong += faults_of_order(places, self.first, self.end)
        self.wrong += filter(None, [self.fhir.fault_at_end()])
        if self.pruned_to > self.may_go_to:
            self.wrong.append(f"changed: event {self.pruned_to - 1} has no body, and no event says that it was pruned")
        self.wrong += self.keys.forged(self.end, tree.root())
        size, root = checkpoint_of(self.folder / "checkpoint", self.keys)
        if (size, root) != (self.end, tree.root()) and not self.wrong:
            self.wrong.append(
                f"changed: the events from {self.first} up to {size} do not give the root that was signed"
            )
        self.wrong += [f"truncated: {label} tells of {at} events" for at, (label, _) in due.items() if at > size]
        if self.first:
            told = json.loads((self.folder / "consistency.json").read_bytes())
            proof = [bytes.fromhex(text) for text in told["proof"]]
            if told["old_root"] != old_root.hex() or not consistent(self.first, old_root, size, root, proof):
                self.wrong.append("changed: consistency.json does not show that the log was only added to")

    def entry(self, line: bytes, tree: Tree, leaves: bytearray, about: bytearray) -> int:
        """One leaf: its hash goes into the tree, its own place is given back."""
        hashed, position = sha256(b"\x00" + line).digest(), tree.size
        try:
            leaf = json.loads(line)
            if leaf.keys() == GONE:
                hashed, place, subjects = self.gone(leaf)
            else:
                place, subjects = int(leaf["index"]), bytes.fromhex(leaf["subjects"]["hash"])
                self.look(leaf)
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
            tree.add(hashed)
            self.wrong.append(f"changed: event {position} cannot be read")
            return position
        tree.add(hashed)
        if not self.first <= place < self.end:
            return min(max(place, -1), self.end)  # told by its place
        at = slice(32 * (place - self.first), 32 * (place - self.first + 1))
        if self.has_table and leaves[at] != hashed:
            self.wrong.append(f"changed: event {place} is not the one in events.csv")
        elif about[at] != subjects:
            self.wrong.append(f"changed: the subjects of event {place} are not those it was signed with")
        return place

    def gone(self, told: dict[str, Any]) -> tuple[bytes, int, bytes]:
        """Leaf hash, place and subjects, which are none, of an event whose body was pruned."""
        hashed, place = bytes.fromhex(told["leaf_hash"]), int(told["pruned"])
        if len(hashed) != len(NOTHING):
            raise ValueError("no hash")
        self.pruned, self.pruned_to = self.pruned + 1, max(self.pruned_to, place + 1)
        return hashed, place, NOTHING

    def look(self, leaf: dict[str, Any]) -> None:
        """What an event says of others: that some were pruned, which key follows, what its FHIR rendering is."""
        if leaf["type"] == "log.pruned":
            self.may_go_to = max(self.may_go_to, int(leaf["details"]["end"]))
        if leaf["type"] == "key.rotated" and not self.keys.tells_of(int(leaf["index"])):
            self.wrong.append(f"re-signed: event {leaf['index']} is a forged rotation: keys.json does not tell of it")
        self.wrong += filter(None, [self.fhir.fault_at(leaf)])

    def earlier(self) -> dict[int, tuple[str, bytes]]:
        """Sizes at which the tree must have a root that was signed before."""
        paths = [self.folder / "checkpoint.previous"] if "checkpoint.previous" in self.manifest["files"] else []
        due: dict[int, tuple[str, bytes]] = {}
        for path in [*paths, *([self.previous] if self.previous else [])]:
            size, root = checkpoint_of(path, self.keys)
            if size in due and due[size][1] != root:
                raise Forked(f"{path.name} is another log's: two roots were signed for {size} events")
            if 0 < size < self.first:
                raise Wrong(f"{path.name} tells of {size} events: take an export that begins there, or before")
            due[size] = (path.name, root)
        return due

    def compare(self, due: dict[int, tuple[str, bytes]], tree: Tree) -> None:
        """Where a root was signed for this size, the tree has it."""
        label, root = due.pop(tree.size, ("", b""))
        if label and root != tree.root():
            fault = Wrong.fault if self.wrong else Forked.fault
            self.wrong.append(f"{fault}: the first {tree.size} events are not those of {label}")


def main(arguments: list[str] | None = None) -> int:
    """The check: a line for each fault, and whether all is well."""
    parser = argparse.ArgumentParser(description="Checks an export of the audit log; needs nothing but Python.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    parser.add_argument("--key", help="the log's verifier key, from its public address /audit/key")
    parser.add_argument("--previous", type=Path, help="a checkpoint that you kept from before")
    given = parser.parse_args(arguments)
    try:
        export = Export(given.folder, given.key, given.previous)
    except (OSError, ValueError, KeyError, TypeError) as error:
        sys.stdout.write(f"changed: manifest.json cannot be read: {error}\nNOT OK\n")
        return 1
    export.check()
    for text in export.wrong[:MOST_TOLD]:
        sys.stdout.write(f"{text}\n")
    for text in export.unchecked:
        sys.stdout.write(f"not checked: {text}\n")
    told = f"{len(export.wrong)} faults" if export.wrong else f"events {export.first} up to {export.end} are as signed"
    told += f", {export.pruned} of them pruned" if export.pruned else ""
    if export.keys.keys[-1] != export.key and not export.wrong:
        sys.stdout.write(f"the log has another key now, keep it: {export.keys.keys[-1]}\n")
    sys.stdout.write(f"{'NOT OK' if export.wrong else 'OK'}: {told}\n")
    return 1 if export.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
