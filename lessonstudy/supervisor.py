"""Keeps a few processes running side by side, and takes them along when it ends, however it ends."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

TICK = 0.2  # seconds between two looks at the processes
GRACE = 15.0  # seconds to finish in, once asked to end
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds before a dead process is started again
STEADY = 60.0  # seconds; a process that lived as long has its earlier deaths forgiven

LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
PR_SET_PDEATHSIG = 1  # linux/prctl.h


def end_with(parent: int) -> None:
    """Run in the child before its program: have the kernel send SIGTERM when ``parent`` is gone.

    Only Linux can; elsewhere a supervisor killed outright leaves its children behind.
    """
    if LIBC:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it went before we asked
            os._exit(1)


def kill_group(leader: "subprocess.Popen[bytes]") -> None:
    """Kill what a process leaves running, such as web workers behind a web server that died."""
    with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS: nobody there, or only the dead
        os.killpg(leader.pid, signal.SIGKILL)


class Child:
    """A process that is started again when it dies, after a pause that doubles while it keeps dying."""

    def __init__(
        self, name: str, command: Sequence[str], *, folder: Path, keep_open: Sequence[int] = ()
    ) -> None:
        self.name, self.command, self.folder, self.keep_open = name, command, folder, keep_open
        self.process: subprocess.Popen[bytes] | None = None
        self.started_at = self.due = 0.0
        self.pause = FIRST_PAUSE

    def tend(self, say: Callable[[str], object]) -> None:
        """Notice a death, and start the process when it is due."""
        if self.process and self.process.poll() is not None:
            code = self.process.returncode
            fate = f"signal {-code}" if code < 0 else f"exit {code}"
            say(f"The {self.name} ended ({fate}); it is started again.")
            kill_group(self.process)
            self._put_off()
        if not self.process and time.monotonic() >= self.due:
            self._start()

    def ask_to_end(self) -> None:
        if self.process:
            self.process.terminate()

    def wait_until(self, deadline: float) -> None:
        """Wait for the end that was asked for; past ``deadline`` (monotonic seconds) do not ask any more."""
        if self.process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(max(0, deadline - time.monotonic()))
            kill_group(self.process)
            self.process.wait()

    def _start(self) -> None:
        # A session of its own: Ctrl-C reaches the supervisor alone, which then asks for an orderly end.
        self.process = subprocess.Popen(  # noqa: S603 - the commands are our own
            self.command,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            pass_fds=self.keep_open,
            start_new_session=True,
            preexec_fn=partial(end_with, os.getpid()),
        )
        self.started_at = time.monotonic()

    def _put_off(self) -> None:
        now = time.monotonic()
        self.process = None
        self.pause = FIRST_PAUSE if now - self.started_at > STEADY else min(2 * self.pause, LONGEST_PAUSE)
        self.due = now + self.pause


class Supervisor:
    """Runs children until a signal asks it to end; from its making on, such a signal is only noted."""

    def __init__(self, say: Callable[[str], object]) -> None:
        self.say = say
        self.ending = False
        signal.signal(signal.SIGINT, self._note)
        signal.signal(signal.SIGTERM, self._note)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup asks to stay
            signal.signal(signal.SIGHUP, self._note)

    def run(
        self, children: Sequence[Child], *, duty: Callable[[], object] | None = None, every: float = 0.0
    ) -> None:
        """Keep ``children`` running until told to end; meanwhile call ``duty`` ``every`` so many seconds."""
        due = time.monotonic()
        try:
            while not self.ending:
                for child in children:
                    child.tend(self.say)
                if duty and time.monotonic() >= due:
                    duty()
                    due = time.monotonic() + every
                time.sleep(TICK)
        finally:
            self._end(children)

    def _note(self, number: int, frame: object) -> None:
        self.ending = True

    def _end(self, children: Sequence[Child]) -> None:
        self.say("Ending …")
        for child in children:
            child.ask_to_end()
        deadline = time.monotonic() + GRACE
        for child in children:
            child.wait_until(deadline)
