"""What a plain form can mean: PUT, PATCH and DELETE by a POST, and nothing by a GET."""

from typing import Any

import pytest

from kanban.support.override import MethodOverride


def _means(method: str, query: str) -> str:
    def app(environ: dict[str, Any], _start: Any) -> list[bytes]:
        return [str(environ["REQUEST_METHOD"]).encode()]

    (answer,) = MethodOverride(app)({"REQUEST_METHOD": method, "QUERY_STRING": query}, None)  # type: ignore[arg-type]
    return answer.decode()


@pytest.mark.parametrize(
    ("query", "method"),
    [
        ("_method=put", "PUT"),
        ("a=1&_method=DELETE", "DELETE"),
        ("_method=Patch&_method=put", "PATCH"),
        ("_method=get", "POST"),
        ("_method=trace", "POST"),
        ("_method=", "POST"),
        ("method=put", "POST"),
        ("x_method=put", "POST"),
        ("", "POST"),
    ],
)
def test_what_a_form_means(query: str, method: str) -> None:
    assert _means("POST", query) == method


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT"])
def test_nothing_but_a_form_is_turned(method: str) -> None:
    assert _means(method, "_method=delete") == method
