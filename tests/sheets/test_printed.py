"""Tables as one file for paper: every text escaped, nothing from elsewhere."""

from __future__ import annotations

from gateway.sheets.printed import page


def test_each_table_has_its_heading_line_headers_and_cells() -> None:
    text = page("Pack", "Made today.", [("People", "Who.", ("user", "training_until"), [("max", None), ("mia", 3)])])
    assert "<h1>Pack</h1>" in text
    assert "<h2>People</h2>\n<p>Who.</p>" in text
    assert '<th scope="col">User</th>' in text
    assert "<tr><td>max</td><td></td></tr>\n<tr><td>mia</td><td>3</td></tr>" in text


def test_a_table_without_rows_says_none() -> None:
    assert "<p>None.</p>" in page("Pack", "", [("People", "Who.", ("user",), [])])


def test_no_text_becomes_markup() -> None:
    planted = "<script>alert(1)</script>"
    text = page(planted, planted, [(planted, planted, (planted,), [(planted,)])])
    assert "<script" not in text
    assert text.count("&lt;script&gt;") == 7


def test_nothing_is_loaded_from_elsewhere() -> None:
    text = page("Pack", "", [("People", "Who.", ("user",), [("max",)])])
    assert not [word for word in ("http", "src=", "@import", "url(") if word in text]
