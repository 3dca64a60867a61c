"""What writing in a large plan costs beside a small one: queries and bytes of a save, of opening it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import connection
from django.test import Client, override_settings
from django.test.client import BOUNDARY, encode_multipart
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cycles import workflow
from cycles.stages import Stage
from tests.factories.cycles import AnticipatedResponseFactory, PlanStepFactory, Scene, lesson_in

FEW, MANY = 5, 50  # steps
COMMENTS, REVISIONS = 20, 30

Figure = tuple[str, float, str, float]  # name, value, unit, what it is held against


@dataclass
class Save:
    """What one save of one cell took."""

    sent: int
    answered: int
    queries: int
    rows: int  # written


class Sheet:
    """A plan of so many steps, each with two expected responses, and its teacher at a browser."""

    def __init__(self, steps: int) -> None:
        self.scene: Scene = lesson_in(Stage.PLAN, steps=0)
        for number in range(steps):
            step = PlanStepFactory(plan=self.scene.plan, order=number, activity="Groups compare. " * 8)
            AnticipatedResponseFactory.create_batch(2, step=step)
        self.client = Client(headers={"accept": "application/json"})
        self.client.force_login(self.scene.teacher)

    def fill_up(self) -> None:
        """Comments and versions as a long-lived plan has them."""
        steps = list(self.scene.plan.steps.all())
        for number in range(COMMENTS):
            step = steps[number % len(steps)]
            workflow.add_comment(self.scene.plan, "Why three?", by=self.scene.planner, step=step)
        for number in range(REVISIONS):
            workflow.keep_revision(self.scene.plan, name=f"Version {number}", by=self.scene.teacher)

    def save(self, text: str) -> Save:
        """Send one changed cell of the first step, as the page does while one types."""
        step = self.scene.plan.steps.first()
        cells = {"edition": step.edition, "activity": text, "was-activity": step.activity}
        with CaptureQueriesContext(connection) as asked:
            answer = self.client.post(reverse("cycles:edit_step", args=[step.pk]), cells)
        assert answer.status_code == 200, answer.status_code
        written = [query for query in asked.captured_queries if query["sql"].startswith("UPDATE")]
        return Save(len(encode_multipart(BOUNDARY, cells)), len(answer.content), len(asked), len(written))

    def opened(self) -> bytes:
        return self.client.get(
            reverse("cycles:plan", args=[self.scene.lesson.pk]), headers={"accept": "text/html"}
        ).content

    def queries(self) -> int:
        with CaptureQueriesContext(connection) as asked:
            self.opened()
        return len(asked)


def figures(interleaved: Callable[..., tuple[float, float]]) -> Iterator[Figure]:
    """Each figure of a plan of 50 steps, 20 comments and 30 versions, held against one of 5 steps."""
    with override_settings(ALLOWED_HOSTS=["testserver"]):
        large, small = Sheet(MANY), Sheet(FEW)
        large.fill_up()
        for sheet in (large, small):
            sheet.save("First.")
            sheet.opened()
        many, few = large.save("Pupils fold."), small.save("Pupils fold.")
        yield "plan_save_bytes_sent", many.sent, "B", few.sent
        yield "plan_save_bytes_answered", many.answered, "B", few.answered
        yield "plan_save_queries", many.queries, "queries", few.queries
        yield "plan_save_rows_written", many.rows, "rows", few.rows
        texts = (f"Pupils cut {number}." for number in range(10_000))
        slow, fast = interleaved(lambda: large.save(next(texts)), lambda: small.save(next(texts)))
        yield "plan_save_time", slow, "s", fast
        yield "plan_open_queries", large.queries(), "queries", small.queries()
        slow, fast = interleaved(large.opened, small.opened)
        yield "plan_open_time", slow, "s", fast
