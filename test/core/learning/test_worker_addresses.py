"""Addresses of workers that train together, read from environment variables."""

import json

import pytest

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.learning.worker_addresses import EXAMPLE, Workers, expand_hosts, expand_tasks, workers_of

SLURM = {
    "SLURM_STEP_NUM_TASKS": "3", "SLURM_PROCID": "2", "SLURM_STEP_NODELIST": "node[09-10]",
    "SLURM_STEP_TASKS_PER_NODE": "2,1", "SLURM_NODEID": "1", "SLURM_LOCALID": "0", "SLURM_JOB_ID": "40007",
    "SLURM_STEP_ID": "0",
}  # fmt: skip


def tf_config(workers, index, **more):
    return json.dumps({"cluster": {"worker": workers}, "task": {"type": "worker", "index": index}, **more})


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"TF_CONFIG": ""},
        {"TF_CONFIG": "{}"},
        {"TF_CONFIG": tf_config(["a:1"], 0)},
        {"SLURM_JOB_ID": "7", "SLURM_NTASKS": "4", "SLURM_PROCID": "0", "SLURM_JOB_NODELIST": "n[1-4]"},  # no step
        {**SLURM, "SLURM_STEP_NUM_TASKS": "1"},
    ],
)
def test_a_process_that_trains_alone(environment):
    assert workers_of(environment) is None


def test_tf_config_names_the_workers():
    workers = workers_of({"TF_CONFIG": tf_config(["a:1", "b.example.org:65535", "[::1]:3"], 1, environment="cloud")})
    assert workers == Workers(("a:1", "b.example.org:65535", "[::1]:3"), 1)
    assert not workers.is_chief
    assert [workers.place(i) for i in range(3)] == [("a", 1), ("b.example.org", 65535), ("::1", 3)]
    assert workers_of({"TF_CONFIG": EXAMPLE}).is_chief
    assert workers_of({"TF_CONFIG": EXAMPLE, **SLURM}).addresses[0] == "node1:12345"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("worker 1", "is no JSON"),
        ("[" * 10**5, "is no JSON"),
        ("[1]", "has no cluster"),
        ('{"cluster": {"worker": ["a:1", "b:2"]}}', "has no cluster or no task"),
        ('{"cluster": {"worker": ["a:1"], "ps": ["b:2"]}, "task": {"type": "worker", "index": 0}}', "other tasks"),
        ('{"cluster": {"worker": ["a:1", "b:2"]}, "task": {"type": "chief", "index": 0}}', "other tasks"),
        (tf_config([], 0), "without host:port"),
        (tf_config("a:1", 0), "without host:port"),
        (tf_config(["a:1", "b"], 0), "without host:port"),
        (tf_config(["a:1", "b:65536"], 0), "without host:port"),
        (tf_config(["a:1", "b:0"], 0), "without host:port"),
        (tf_config(["a:1", 2], 0), "without host:port"),
        (tf_config(["a:1", "http://b:2"], 0), "without host:port"),
        (tf_config(["a:1", "a:1"], 0), "twice"),
        (tf_config(["a:1", "b:2"], 2), "not one of 0 to 1"),
        (tf_config(["a:1", "b:2"], -1), "not one of 0 to 1"),
        (tf_config(["a:1", "b:2"], "0"), "not one of 0 to 1"),
        (tf_config(["a:1", "b:2"], True), "not one of 0 to 1"),
    ],
)
def test_a_tf_config_that_is_wrong(text, problem):
    with pytest.raises(InputError, match=f"TF_CONFIG .*{problem}.*expected.*Correct it, or remove it") as caught:
        workers_of({"TF_CONFIG": text})
    assert len(str(caught.value)) < 800


def test_slurm_names_nodes_and_tasks():
    workers = workers_of(SLURM)
    assert workers == Workers(("node09:12007", "node09:12008", "node10:12007"), 2)
    with_port = workers_of({**SLURM, "RASTERLEARN_PORT": "30000"})
    assert with_port.addresses == ("node09:30000", "node09:30001", "node10:30000")


def test_ports_of_jobs_and_steps_lie_apart_and_below_those_of_outgoing_connections():
    jobs = [{**SLURM, "SLURM_JOB_ID": str(j), "SLURM_STEP_ID": str(s)} for j in (1, 19999, 10**9) for s in (0, 1)]
    ports = [workers_of(job).place(0)[1] for job in jobs]
    assert len(set(ports)) == len(ports)
    assert min(ports) > 1024 and max(ports) < 32768


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("node1", ["node1"]),
        ("node[01-03,07]", ["node01", "node02", "node03", "node07"]),
        ("n[9-11]", ["n9", "n10", "n11"]),
        ("n[099-101],gpu-a", ["n099", "n100", "n101", "gpu-a"]),
        ("m5,n[1-2],o[3-4,6]x", ["m5", "n1", "n2", "o3x", "o4x", "o6x"]),
        ("rack[1-2]n[1-2]", ["rack1n1", "rack1n2", "rack2n1", "rack2n2"]),
    ],
)
def test_a_list_of_hosts(text, hosts):
    """The second and third form come from the manual of scontrol show hostnames."""
    assert expand_hosts(text) == hosts


@pytest.mark.parametrize("text", ["", ",", "n[", "n[1", "n]1", "n[a-b]", "n[]", "n[1-2-3]", "a b", "a:1", "n[2-1]"])
def test_a_malformed_list_of_hosts(text):
    with pytest.raises(InputError, match="SLURM_STEP_NODELIST"):
        expand_hosts(text)


def test_a_list_of_tasks():
    assert expand_tasks("2(x3),1") == [2, 2, 2, 1]
    assert expand_tasks("4") == [4]
    for text in ("", "2x3", "2(x),1", "two"):
        with pytest.raises(InputError, match="SLURM_STEP_TASKS_PER_NODE"):
            expand_tasks(text)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"SLURM_STEP_NUM_TASKS": "4"}, "contradict"),
        ({"SLURM_STEP_NODELIST": "node09"}, "contradict"),
        ({"SLURM_PROCID": "3"}, "contradict"),
        ({"SLURM_PROCID": ""}, "SLURM_PROCID must be a whole number"),
        ({"SLURM_STEP_NUM_TASKS": "many"}, "SLURM_STEP_NUM_TASKS must be"),
        ({"SLURM_NODEID": "0"}, "--distribution=block"),
        ({"RASTERLEARN_PORT": "65536"}, "from 1024 to 65534"),
        ({"RASTERLEARN_PORT": "-1"}, "RASTERLEARN_PORT must be"),
        ({"RASTERLEARN_PORT": "0"}, "from 1024 to 65534"),
    ],
)
def test_slurm_variables_that_are_wrong(change, text):
    with pytest.raises(InputError, match=text):
        workers_of({**SLURM, **change})
