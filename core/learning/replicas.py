"""Replicas of a network that train together, on the devices of this process and on other workers.

Each gets its part of every batch. Sums over all of them make the step equal to that of a single network.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np

from ..base.devices import Devices
from ..base.errors import InputError, RasterLearnError
from ..base.messages import Message
from .worker_addresses import Workers

JOIN_SECONDS = 120  # from the end of the meeting to the start of TensorFlow on all workers
SECONDS_BETWEEN_CHECKS = 2


@dataclass(frozen=True)
class Share:
    """The samples of each batch that this process gives to its replicas; they are dealt out one by one.

    A batch with fewer samples than replicas is given to all of them, since TensorFlow's convolutions fail on empty
    batches; it counts once in sums.

    Attributes:
        first: number of the first replica in this process. here: replicas in this process. replicas: in all processes.
    """

    first: int = 0
    here: int = 1
    replicas: int = 1

    @classmethod
    def of(cls, strategy: Any) -> Share:
        """The share of this process, under a tf.distribute.Strategy."""
        replicas, resolver = strategy.num_replicas_in_sync, strategy.cluster_resolver
        if resolver is None:
            return cls(0, replicas, replicas)
        here = len(strategy.extended.worker_devices)
        return cls(resolver.task_id * here, here, replicas)

    @property
    def is_part(self) -> bool:
        """Whether other processes train on the rest."""
        return self.here < self.replicas

    def places(self, count: int, size: int) -> np.ndarray:
        """Which of `count` samples in batches of `size` these are, (m,) int64, ascending."""
        places = np.arange(count)
        replica = places % size % self.replicas
        small = np.minimum(size, count - places // size * size) < self.replicas
        return places[small | ((replica >= self.first) & (replica < self.first + self.here))]


def strategy_of(devices: Devices) -> Any:
    """The strategy of a single process, in which all its GPUs train together."""
    import tensorflow as tf

    if len(devices.names) > 1:
        return tf.distribute.MirroredStrategy(list(devices.names))
    return (
        tf.distribute.OneDeviceStrategy(devices.names[0]) if "GPU" in devices.names[0] else tf.distribute.get_strategy()
    )


def joint_strategy(workers: Workers) -> Any:
    """The strategy of several workers, with all GPUs visible to TensorFlow; waits for the others.

    To be called before TensorFlow starts its devices.

    Raises:
        RasterLearnError: TensorFlow cannot start them, or another worker does not arrive.
    """
    import tensorflow as tf

    resolver = tf.distribute.cluster_resolver.SimpleClusterResolver(
        tf.train.ClusterSpec({"worker": list(workers.addresses)}),
        task_type="worker",
        task_id=workers.index,
        num_accelerators={"GPU": len(tf.config.get_visible_devices("GPU"))},
        rpc_layer="grpc",
    )
    try:
        _check_health()
        return tf.distribute.MultiWorkerMirroredStrategy(resolver)
    except (RuntimeError, ValueError, tf.errors.OpError) as error:
        raise RasterLearnError(
            "TensorFlow cannot join the workers: {reason}. The log of one that has ended tells why; start all "
            "workers again.",
            reason=(str(error).splitlines() or [""])[0],
        ) from error


def _check_health() -> None:
    """Makes strategies check the health of the other workers themselves.

    Otherwise TensorFlow's coordination service does so. It would wait up to an hour for a worker, holding Python's
    lock, so that nothing could cancel the job; and it takes SIGTERM for a preemption notice, and continues.
    """
    with contextlib.suppress(ImportError, AttributeError):  # parts of TensorFlow that another version may not have
        from tensorflow.python.distribute.collective_all_reduce_strategy import CollectiveAllReduceExtended as Joint
        from tensorflow.python.eager import context

        context.context().configure_coordination_service("")
        Joint._check_health_initial_timeout = JOIN_SECONDS
        Joint._check_health_interval = SECONDS_BETWEEN_CHECKS


@contextlib.contextmanager
def explaining_lost_workers(workers: Optional[Workers]) -> Iterator[None]:
    """Explains the errors with which TensorFlow stops all workers when one of them fails."""
    import tensorflow as tf

    kinds = "Unavailable", "Aborted", "Cancelled", "Internal", "DeadlineExceeded", "FailedPrecondition", "Unknown"
    lost = tuple(getattr(tf.errors, f"{kind}Error") for kind in kinds)
    try:
        yield
    except lost as error:
        if workers is None or not re.search("task:[0-9]|ollective", str(error)):
            raise
        tasks = {int(task) for task in re.findall(r"/task:([0-9]{1,6})", str(error))} - {workers.index}
        named = [workers.name(task) for task in sorted(tasks) if task < len(workers.addresses)]
        who = Message("Worker {name}", name=named[0]) if len(named) == 1 else Message("Another worker")
        raise RasterLearnError(
            "{worker} has ended or cannot be reached any more, so this one ends, too. Its log may tell why; "
            "start all workers again.",
            worker=who,
        ) from error


def synchronize(network: Any) -> None:
    """Makes batch normalization use the statistics of the whole batch instead of each replica's part."""
    import keras

    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.synchronized = True
        elif isinstance(layer, keras.Model):
            synchronize(layer)


def summed_over_workers(strategy: Any, totals: Sequence[Any]) -> list[np.ndarray]:
    """The totals of all workers, each counted in its part, summed."""
    import tensorflow as tf

    if Share.of(strategy).is_part:
        totals = [strategy.reduce(tf.distribute.ReduceOp.SUM, total, axis=None) for total in totals]
    return [np.asarray(total) for total in totals]


def agreed(strategy: Any, number: float) -> float:
    """The chief's number, on all workers: decisions must agree, but processors round differently."""
    import tensorflow as tf

    share = Share.of(strategy)
    if not share.is_part:
        return number
    (total,) = summed_over_workers(strategy, [tf.constant(number if share.first == 0 else 0.0, tf.float64)])
    return float(total)


def require_shared_device(device: str) -> None:
    """Raises InputError if a job for several workers names a single device."""
    if ":" in device:
        raise InputError(
            "{p:device}={device} names one device of a machine, which several workers cannot share. Give each "
            "its own by CUDA_VISIBLE_DEVICES or srun --gpus-per-task, and choose {p:device=gpu}, cpu or auto.",
            device=device,
        )
