"""The rendezvous of workers before they train together, so that none waits for one that has failed.

The chief listens at its address until TensorFlow needs it. Each of the others keeps a connection to it while all of
them read their input; a closed connection means that the process has ended. From then on TensorFlow monitors them.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from typing import Any, Optional

from ..base.errors import InputError, RasterLearnError
from ..base.progress import Progress
from .worker_addresses import Workers

START_SECONDS, FAREWELL_SECONDS = 300.0, 3.0  # to wait until all have started; the same if this one has failed
POLL_SECONDS, CONNECT_SECONDS = 0.1, 5.0
LONGEST_LINE = 1000
GO = "go"


class Meeting:
    """A meeting of the workers of one training, as a context manager from the start of this process on.

    Args:
        workers: all that are expected. progress: checked for cancellation.
    Raises:
        InputError: this worker cannot use its address.
    """

    def __init__(self, workers: Workers, progress: Progress):
        self.workers, self._progress = workers, progress
        self._open: list[socket.socket] = []
        self._has_met, self._is_connected, self._is_over = False, threading.Event(), threading.Event()

    def __enter__(self) -> Meeting:
        own = self._listen()
        if self.workers.is_chief:
            self._open.append(own)
        else:
            own.close()  # only to check that the address is free
            threading.Thread(target=self._connect_to_chief, daemon=True).start()
        return self

    def __exit__(self, kind: Optional[type[BaseException]] = None, *exception: object) -> None:
        if kind is not None and not self._has_met:
            self._signal_failure()
        self._close()

    def _signal_failure(self) -> None:
        """Gives workers that start a little later time to connect, as closing the connection signals the failure."""
        with contextlib.suppress(RasterLearnError):
            if self.workers.is_chief:
                self._accept_all(self._open[0], FAREWELL_SECONDS)
            else:
                self._wait_for_chief(FAREWELL_SECONDS)

    def _close(self) -> None:
        self._is_over.set()
        for connection in self._open:
            connection.close()

    def agree(self, work: str) -> None:
        """Waits until all workers are here, and closes all connections.

        Args:
            work: one line that is equal on all workers of the same job.
        Raises:
            InputError: another worker has a different job. RasterLearnError: one has ended, or does not arrive.
        """
        self._has_met = True
        if self.workers.is_chief:
            self._gather(work)
        else:
            self._wait_for_chief(START_SECONDS)
            self._send(self._open[0], work)
            if self._line_from(self._open[0]) != GO:
                raise self._has_ended(0)
        self._close()

    def _gather(self, work: str) -> None:
        listening = self._open[0]
        connections = self._accept_all(listening, START_SECONDS)
        lines = {index: self._line_from(connection) for index, connection in sorted(connections.items())}
        for index, line in lines.items():
            if line is None:
                raise self._has_ended(index)
            if line != work:
                raise InputError(
                    "Worker {worker} was started with another job, other patches, another number of GPUs or "
                    "another version of RasterLearn or TensorFlow than worker 0. Start all of them alike.",
                    worker=self.workers.name(index),
                )
        listening.close()
        for connection in connections.values():
            self._send(connection, GO)

    def _accept_all(self, listening: socket.socket, seconds: float) -> dict[int, socket.socket]:
        missing, last = set(range(1, len(self.workers.addresses))), time.monotonic() + seconds
        connections: dict[int, socket.socket] = {}
        listening.settimeout(POLL_SECONDS)
        while missing:
            self._progress.check()
            if time.monotonic() > last:
                names = ", ".join(map(self.workers.name, sorted(missing)))
                raise RasterLearnError(
                    "After {seconds:g} seconds worker(s) {workers} have not come. Start all workers at the same "
                    "time; the log of one that has ended tells why.",
                    seconds=seconds,
                    workers=names,
                )
            with contextlib.suppress(socket.timeout):
                connection, _ = listening.accept()
                self._open.append(connection)
                line = self._line_from(connection, seconds=5.0) or ""
                if line.isdecimal() and int(line) in missing:  # otherwise it is not a worker of this training
                    connections[int(line)] = connection
                    missing.remove(int(line))
        return connections

    def _listen(self) -> socket.socket:
        address, port = self.workers.addresses[self.workers.index], self.workers.place(self.workers.index)[1]
        both: dict[str, Any] = {"family": socket.AF_INET6, "dualstack_ipv6": True} if _has_both() else {}
        try:
            return socket.create_server(("", port), backlog=len(self.workers.addresses) + 5, **both)
        except OSError as error:
            raise InputError(
                "This worker cannot listen at its address {address}: {reason}. Another program may use the port, "
                "or an earlier training has not ended. Give other ports in TF_CONFIG or, with Slurm, in "
                "RASTERLEARN_PORT.",
                address=address,
                reason=error.strerror,
            ) from error

    def _connect_to_chief(self) -> None:
        while not self._is_over.is_set():
            with contextlib.suppress(OSError):  # the chief has not started yet
                connection = socket.create_connection(self.workers.place(0), timeout=CONNECT_SECONDS)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
                self._send(connection, str(self.workers.index))
                self._open.append(connection)
                self._is_connected.set()
                return
            self._is_over.wait(POLL_SECONDS)

    def _wait_for_chief(self, seconds: float) -> None:
        last = time.monotonic() + seconds
        while not self._is_connected.wait(POLL_SECONDS):
            self._progress.check()
            if time.monotonic() > last:
                raise RasterLearnError(
                    "After {seconds:g} seconds worker {worker}, the chief, cannot be reached. Start all workers "
                    "at the same time, and check the address; the log of one that has ended tells why.",
                    seconds=seconds,
                    worker=self.workers.name(0),
                )

    def _send(self, connection: socket.socket, line: str) -> None:
        with contextlib.suppress(OSError):  # a closed connection is noticed when the reply is awaited
            connection.sendall(f"{line}\n".encode())

    def _line_from(self, connection: socket.socket, seconds: float = float("inf")) -> Optional[str]:
        """The next line that is received, or None if the connection ends or no line comes within `seconds`."""
        last, received = time.monotonic() + seconds, b""
        connection.settimeout(POLL_SECONDS)
        while not received.endswith(b"\n") and len(received) < LONGEST_LINE and time.monotonic() < last:
            self._progress.check()
            try:
                part = connection.recv(1)  # not beyond the end of the line
            except socket.timeout:
                continue
            except OSError:
                return None
            if not part:
                return None
            received += part
        return received[:-1].decode("utf-8", "replace") if received.endswith(b"\n") else None

    def _has_ended(self, index: int) -> RasterLearnError:
        return RasterLearnError(
            "Worker {worker} has ended before the training began. Its log tells why; start all workers again.",
            worker=self.workers.name(index),
        )


def _has_both() -> bool:
    """Whether one socket can serve both IPv4 and IPv6."""
    return socket.has_ipv6 and socket.has_dualstack_ipv6()
