"""The buttons of a list's rows, by which a second person agrees to what stands there, or somebody ends it.

Comes in: a form without fields, and an act. Goes out: the list again, with what is wrong where it was not done.
"""

from collections.abc import Callable

from fastapi import HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from detector.errors import InputError
from detector.web.context import PageContext
from detector.web.forms import Typed
from detector.web.texts.problems import all_in_words, status_of


def pressed(
    house: PageContext,
    request: Request,
    form: Typed,
    act: Callable[[str], object] | None,
    ref: str,
    *,
    page: Callable[..., Response],
    place: str,
) -> Response:
    """Do what a button says with a row.

    Args:
        house: Shared parts.
        request: What is answered.
        form: Which has to be one of ours.
        act: What is done; None: there is no such button.
        ref: With which row.
        page: Makes the page of the list, with a ``status`` and ``problems``.
        place: Where the list is.
    """
    if act is None:
        raise HTTPException(404)
    if not house.forms.good(request, form):
        return house.stale(request, form)
    try:
        act(ref)
    except InputError as error:
        told = all_in_words(error.problems, house.words(request))
        return page(house, request, status=status_of(error), problems=told)
    return RedirectResponse(place, status_code=303)
