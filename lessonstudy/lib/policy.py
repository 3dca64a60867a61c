"""Who may open and use an address, declared at the view.

The declaration does not guard anything by itself: querysets and predicates do. It says what they must
come to, and the tests walk every address, person by person, to see that they do.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])

# The people of the matrix, seen from one cycle of their school.
PLANNER = "planner"  # plans, leads and concludes: model teacher, planner, coordinator, moderator
OBSERVER = "observer"  # in the cycle, to watch
GUEST = "guest"  # knowledgeable other: that cycle only
COLLEAGUE = "colleague"  # teacher of the school, not in the cycle
PRINCIPAL = "principal"
ADMINISTRATOR = "administrator"
SUPERUSER = "superuser"

TEAM = frozenset({PLANNER, OBSERVER})
CYCLE = TEAM | {GUEST}
SCHOOL = TEAM | {COLLEAGUE, PRINCIPAL, ADMINISTRATOR}
EVERYBODY = SCHOOL | {GUEST, SUPERUSER}


@dataclass(frozen=True)
class Policy:
    """What an address answers.

    ``about`` names the object in the address (a fixture builder of the tests), "" where there is none.
    ``sees``: people who find the object; all others get 404. ``does``: those of them who may use this
    address; the rest of ``sees`` get 403. ``public``: open without signing in. ``as_json``: a program asks,
    and who is signed out gets 401 instead of the way to the sign-in page.
    """

    about: str = ""
    sees: frozenset[str] = EVERYBODY
    does: frozenset[str] = EVERYBODY
    public: bool = False
    post_only: bool = False
    as_json: bool = False


def policy(
    about: str = "",
    *,
    sees: Iterable[str] = EVERYBODY,
    does: Iterable[str] | None = None,
    public: bool = False,
    post_only: bool = False,
    as_json: bool = False,
) -> Callable[[View], View]:
    """Declare who may use the decorated view (see :class:`Policy`)."""
    seers = frozenset(sees)
    declared = Policy(about, seers, seers if does is None else frozenset(does), public, post_only, as_json)

    def declare(view: View) -> View:
        view.policy = declared  # type: ignore[attr-defined]
        return view

    return declare
