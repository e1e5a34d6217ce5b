"""Cells of tables that a spreadsheet will open: CVE-2024-53555."""

import csv
import io

import pytest

from kanban.support.csv_cells import cell, csv_lines


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1", "＋1", "－1", "＠x", "=cmd|' /C calc'!A0"],
)
def test_what_would_be_a_formula_is_text(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("value", ["a=b", "x", "", 7, 'é, "quoted"', "10-11"])
def test_anything_else_stays_as_it_is(value: object) -> None:
    assert cell(value) == str(value)


def test_nothing_is_an_empty_cell() -> None:
    assert cell(None) == ""


def test_rows_are_read_again_as_they_were() -> None:
    rows = [["a", 'b "c"', "d,e"], ["two\nlines", "", "é"]]
    assert list(csv.reader(io.StringIO("".join(csv_lines(rows)), newline=""))) == rows
