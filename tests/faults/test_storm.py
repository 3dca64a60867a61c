"""A class of tablets whose server is killed and whose database crashes: all is there afterwards, once."""

import pytest

from tests.faults.storm import classroom

pytestmark = pytest.mark.services


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with classroom(tmp_path_factory.mktemp("storm")) as site:
        yield site


def test_nothing_is_lost_or_stored_twice_while_servers_die(site):
    tally = site.run(observers=8, events=30, pace=0.2, kill_every=1.5, most_kills=3, crash_after=3.0)

    assert (tally.lost, tally.extra) == (0, 0)
    assert tally.kills > 1
    assert tally.crashes == 1
    assert tally.failed > 0
    assert tally.repeated > 0


def test_a_tablet_that_believes_every_answer_loses_something(site):
    """The control: were the page of a hotel's Wi-Fi an acknowledgement, it would cost records."""
    tally = site.run(observers=8, events=30, pace=0.05, trusting=True)

    assert tally.lost > 0


def test_all_tablets_that_come_back_at_once_get_rid_of_what_they_hold(site):
    tally = site.run(observers=40, events=1, pace=0, at_once=300)

    assert (tally.written, tally.lost, tally.extra) == (12_000, 0, 0)
