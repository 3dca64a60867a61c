"""The supervisor's promises, each on the smallest process that can break it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lessonstudy import supervisor
from lessonstudy.supervisor import Child
from tests.running import ROOT, running_processes, until

# argv: the supervisor's first lines, and the command of its only child
PROGRAM = """
import sys
from pathlib import Path
from lessonstudy import supervisor
exec(sys.argv[1])
child = supervisor.Child("sleeper", sys.argv[2:], folder=Path("."))
supervisor.Supervisor(lambda line: print(line, flush=True)).run([child])
"""


@pytest.fixture
def supervise():
    started = []

    def start(*command, first="pass"):
        program = [sys.executable, "-c", PROGRAM, first, *command]
        process = subprocess.Popen(program, cwd=ROOT, stdout=subprocess.PIPE, text=True, process_group=0)
        started.append(process)
        return process

    yield start
    for process in started:
        process.terminate()
        process.communicate(timeout=60)


def children_of(process):
    return {pid for pid, (parent, _) in running_processes().items() if parent == process.pid}


def sleeper(seconds):
    """The command of a process that can be told from every other one."""
    return [sys.executable, "-c", f"import time; time.sleep({seconds})"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent is gone")
@pytest.mark.parametrize(("first", "outlives"), [("pass", False), ("supervisor.LIBC = None", True)])
def test_a_child_outlives_a_killed_supervisor_only_without_the_kernels_help(supervise, first, outlives):
    process = supervise(*sleeper(60), first=first)
    (child,) = until(lambda: children_of(process), "the child")
    until(lambda: "sleep(60)" in running_processes()[child][1], "its program")

    process.kill()
    process.wait()

    if outlives:
        assert child in running_processes()
        os.kill(child, signal.SIGKILL)
    until(lambda: child not in running_processes(), "the child to end")


def test_a_child_that_will_not_end_is_killed_after_the_grace(supervise):
    stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True)"
    process = supervise(sys.executable, "-c", f"{stubborn}; time.sleep(60)", first="supervisor.GRACE = 0.3")
    assert process.stdout.readline() == "up\n"
    (child,) = children_of(process)

    process.terminate()

    assert process.wait(60) == 0
    assert child not in running_processes()


def test_what_a_dead_child_leaves_running_is_cleared_away(supervise):
    leave_one = f"import subprocess, sys; print(subprocess.Popen({sleeper(61)}).pid, flush=True)"
    process = supervise(sys.executable, "-c", leave_one)

    left = int(process.stdout.readline())

    until(lambda: left not in running_processes(), "the child's child to end")


class Clock:
    """Seconds that pass when told to."""

    now = 0.0

    def monotonic(self):
        return self.now


@pytest.mark.parametrize(
    ("lived", "pauses"),
    [(0, [1, 2, 4, 8, 16, 30, 30]), (supervisor.STEADY + 1, [0.5, 0.5, 0.5])],
    ids=["dies at once", "dies after a steady while"],
)
def test_the_pause_before_a_new_start_doubles_while_a_child_keeps_dying(monkeypatch, lived, pauses):
    clock, lines, found = Clock(), [], []
    monkeypatch.setattr(supervisor, "time", clock)
    child = Child("web server", [sys.executable, "-c", "raise SystemExit(3)"], folder=Path("."))

    for _ in pauses:
        clock.now = child.due
        child.tend(lines.append)
        child.process.wait()
        clock.now += lived
        child.tend(lines.append)
        found.append(child.due - clock.now)

    assert found == pauses
    assert lines == ["The web server ended (exit 3); it is started again."] * len(pauses)


def test_a_closed_terminal_ends_it(supervise):
    process = supervise(*sleeper(62))
    until(lambda: children_of(process), "the child")

    process.send_signal(signal.SIGHUP)

    assert process.wait(60) == 0


def test_one_that_was_started_to_stay_does_not_mind_a_closed_terminal(supervise):
    process = supervise(*sleeper(63), first="import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)")
    (child,) = until(lambda: children_of(process), "the child")

    process.send_signal(signal.SIGHUP)
    os.kill(child, signal.SIGKILL)

    assert process.stdout.readline() == "The sleeper ended (signal 9); it is started again.\n"
