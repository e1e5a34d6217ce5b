"""Reading by a share link: who asks, and what an answer to them says about itself."""

from flask import Response, make_response

from kanban.models import LinkReader
from kanban.queries.shares import reader_of
from kanban.web.finding import not_found


def reader(secret: str) -> LinkReader:
    """The holder of a link's secret. Raises NotFound, as for an address of nothing."""
    found = reader_of(secret)
    if found is None:
        not_found()
    return found


def unlisted(page: str) -> Response:
    """A page whose address is a secret: kept by no cache and no search engine, told to no site it links to."""
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
