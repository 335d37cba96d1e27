"""`gateway init`: an installation with its first administrator, whose one-time link sets the first password."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli import gateway
from gateway.enforcement.desk import open_desk
from gateway.errors import GatewayError
from gateway.http import sign_in
from gateway.settings import Settings
from gateway.web import application

PASSWORD = "correct horse battery staple"
WORDS = ("--agreement", "RS", "--administrator", "ada", "--organisation", "06Q")
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def init(folder: Path, *more: str, words: tuple[str, ...] = WORDS) -> Result:
    return CliRunner().invoke(gateway, ["init", "--dir", str(folder), *words, *more])


def run(folder: Path, *words: str, asked: int = 1) -> Result:
    return CliRunner().invoke(gateway, ["--dir", str(folder), *words], input=f"{PASSWORD}\n" * asked)


def test_the_link_sets_the_first_password_and_the_administrator_may_add_others(tmp_path: Path) -> None:
    done = init(tmp_path / "new", "--json")
    assert done.exit_code == 0, done.output
    facts = json.loads(done.stdout)
    assert (facts["folder"], facts["administrator"]) == (str(tmp_path / "new"), "ada")
    with open_desk(Settings.from_folder(tmp_path / "new", {})) as desk:
        client = application(desk).test_client()

        def post(path: str, on: str, **form: str) -> tuple[int, str]:
            found = TOKEN.search(client.get(on, base_url="https://localhost").text)
            form["csrf_token"] = found.group(1) if found else ""
            sent = client.post(path, base_url="https://localhost", data=form, headers={"Referer": "https://localhost/"})
            return sent.status_code, sent.text

        link = facts["one-time link"]
        assert post(link, link, password=PASSWORD, again=PASSWORD)[0] == 303
        assert post("/sign-in", "/sign-in", user="ada", password=PASSWORD)[0] == 303
        assert client.get("/administration/grants", base_url="https://localhost").status_code == 200
        assert post(link, link, password=f"{PASSWORD} again", again=f"{PASSWORD} again")[0] != 303


def test_the_command_line_works_on_the_folder(tmp_path: Path) -> None:
    assert "one-time link: /first-password/" in init(tmp_path / "new").stdout
    looked = CliRunner().invoke(gateway, ["--dir", str(tmp_path / "new"), "doctor", "--json"])
    facts = json.loads(looked.stdout)
    assert [about for about, mend in facts.items() if mend != "ok"] == [
        "auditor's sealing key",
        "storage address of RS",
    ]


def test_keys_may_be_put_elsewhere(tmp_path: Path) -> None:
    assert init(tmp_path / "new", "--keys", str(tmp_path / "disk")).exit_code == 0
    assert (tmp_path / "disk" / "accounts.key").is_file()
    assert not (tmp_path / "new" / "keys").exists()


@pytest.mark.parametrize(
    ("option", "given", "code", "told"),
    [
        ("--administrator", "Ada Example", 2, "A user name is 2 to 32 small letters"),
        ("--organisation", "the CCG", 2, "The employer is an ODS code"),
        ("--organisation", "ZZH", 2, "an agreement bars ZZH"),
        ("--agreement", "XX", 1, "agreement 'XX' is served here and not declared"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_made(
    tmp_path: Path, option: str, given: str, code: int, told: str
) -> None:
    words = [*WORDS]
    words[words.index(option) + 1] = given
    done = init(tmp_path / "new", words=tuple(words))
    assert isinstance(done.exception, GatewayError)
    assert done.exception.exit_code == code
    assert told in str(done.exception)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_without_more_words_it_serves_every_agreement_for_their_controller(tmp_path: Path) -> None:
    facts = json.loads(init(tmp_path / "new", "--json", words=()).stdout)
    assert (facts["administrator"], facts["second administrator"]) == ("administrator", "second-administrator")
    settings = Settings.from_folder(tmp_path / "new", {})
    assert settings.agreements == {"RS", "IV"}
    listed = CliRunner().invoke(gateway, ["--dir", str(tmp_path / "new"), "user", "list", "--as", "nobody"])
    assert listed.exit_code != 0


def test_one_administrator_proposes_and_the_other_approves(tmp_path: Path) -> None:
    facts = json.loads(init(tmp_path / "new", "--json").stdout)
    with open_desk(Settings.from_folder(tmp_path / "new", {})) as desk:
        for link in (facts["one-time link"], facts["second one-time link"]):
            assert sign_in.use_link(desk, link.removeprefix("/first-password/"), PASSWORD)
    added = ("user", "add", "bo", "--full-name", "Bo", "--employer", "06Q", "--contract-from", "2026-01-01")
    assert run(tmp_path / "new", *added, "--as", "ada").exit_code == 0
    grant = ("user", "grant", "bo", "privacy_officer", "06Q", "--from", "2026-01-01")
    done = run(tmp_path / "new", *grant, "--as", "ada", "--approved-by", "second-administrator", "--json", asked=2)
    assert json.loads(done.stdout)["state"] == "approved"


def test_one_person_is_not_two(tmp_path: Path) -> None:
    done = init(tmp_path / "new", "--second", "ada")
    assert done.exit_code == 2
    assert "a grant takes two" in done.output
    assert not (tmp_path / "new").exists()
