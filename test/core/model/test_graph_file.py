"""Untrusted graphs: operations that do more than compute are refused by name, and nothing in the graph runs."""

import io
import os

import numpy as np
import pytest
import tensorflow as tf
from saved_models import of_function, tensorflow1

from rasterlearn.core.base.errors import ModelFileError
from rasterlearn.core.evaluation.running_graph import RunningGraph
from rasterlearn.core.exchange.saved_model_reader import SavedModel
from rasterlearn.core.model.graph_file import Graph, needed_part, parsed, require_harmless
from rasterlearn.core.model.graph_operations import ALLOWED_OPERATIONS

v1 = tf.compat.v1
SHAPE = (None, None, None, 1)
NAMES = np.frombuffer(b'["a"]', np.uint8)


def graph_of(build):
    """GraphDef of what `build` makes of a placeholder named x."""
    with tf.Graph().as_default() as graph:
        build(v1.placeholder(tf.float32, SHAPE, "x"))
        return graph.as_graph_def()


def bytes_of(build, wanted=("out",)):
    return needed_part(graph_of(build), wanted).SerializeToString()


def file_of(path):
    """Operations that touch files, each as it might hide behind an image."""
    path = str(path)

    def keeping(operation):
        def build(x):
            with tf.control_dependencies([operation()]):
                tf.identity(x, "out")

        return build

    names = {"prefix": path, "tensor_names": ["a"], "shape_and_slices": [""]}
    return {
        "WriteFile": keeping(lambda: tf.raw_ops.WriteFile(filename=path, contents="x")),
        "ReadFile": keeping(lambda: tf.raw_ops.ReadFile(filename="/etc/passwd")),
        "MatchingFiles": keeping(lambda: tf.raw_ops.MatchingFiles(pattern="/*")),
        "SaveV2": keeping(lambda: tf.raw_ops.SaveV2(tensors=[1.0], **names)),
        "RestoreV2": keeping(lambda: tf.raw_ops.RestoreV2(dtypes=[tf.float32], **names)[0]),
        "PrintV2": keeping(lambda: tf.raw_ops.PrintV2(input="x", output_stream=f"file://{path}")),
        "EagerPyFunc": keeping(lambda: tf.py_function(lambda: open(path, "w").close(), [], [])),
        "PyFunc": keeping(lambda: v1.py_func(lambda: 1.0, [], tf.double)),
    }


OPERATIONS = ["WriteFile", "ReadFile", "MatchingFiles", "SaveV2", "RestoreV2", "PrintV2", "EagerPyFunc", "PyFunc"]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_operations_on_files_and_python_are_refused(operation, tmp_path):
    target = tmp_path / "written"
    with pytest.raises(ModelFileError, match=f"contains the operation {operation} .*known to be safe"):
        RunningGraph(Graph(bytes_of(file_of(target)[operation]), {}))
    assert not target.exists()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_operations_inside_functions_are_refused_too(operation, tmp_path):
    target = tmp_path / "written"

    def hidden(image):
        @tf.function(autograph=False)
        def inner(x):
            file_of(target)[operation](x)
            return x + 1.0

        return {"out": inner(image)}

    folder = of_function(tmp_path / "model", hidden, SHAPE)
    saved = SavedModel(folder)
    with pytest.raises(ModelFileError, match=f"contains the operation {operation} "):
        saved.graph([saved.signature().outputs["out"].name])
    assert not target.exists()


def test_unneeded_operations_are_dropped(tmp_path):
    """The operations that save and restore are in every SavedModel; they are left out."""
    saved = SavedModel(tensorflow1(tmp_path / "m"))
    graph = saved.graph(["probabilities:0"])
    names = {node.op for node in parsed(graph.definition).node}
    assert names <= ALLOWED_OPERATIONS and not names & {"SaveV2", "RestoreV2"}
    assert set(graph.variables) == {
        f"{n}/{w}" for n in ("conv1", "conv2", "conv3", "classes") for w in ("kernel", "bias")
    }
    assert "y" not in {node.name for node in parsed(graph.definition).node}


def test_the_list_has_no_operation_with_side_effects():
    words = """File Save Restore Py Print Queue Dataset Iterator Lookup Summary Send Recv Custom Xla Remote Decode While
    Enter Debug Checkpoint Symbolic Map Launch""".split()  # noqa: SIM905
    assert not [name for name in ALLOWED_OPERATIONS for word in words if word in name]
    known = {name for name in ALLOWED_OPERATIONS if hasattr(tf.raw_ops, name)}
    assert len(known) > 0.98 * len(ALLOWED_OPERATIONS), sorted(ALLOWED_OPERATIONS - known)


def test_loops_are_refused():
    def build(x):
        tf.identity(tf.while_loop(lambda i: i < 9.0, lambda i: i + 1, [tf.reduce_sum(x)])[0], "out")

    with pytest.raises(ModelFileError, match="contains the operation (While|Enter|StatelessWhile|LoopCond|Exit)"):
        Graph(bytes_of(build), {}).checked_definition()


def call_of(definition, name, function):
    node = definition.node.add(name=name, op="StatefulPartitionedCall", input=["x"])
    node.attr["f"].func.name = function
    node.attr["Tin"].list.type.append(1)
    node.attr["Tout"].list.type.append(1)
    return node


def with_functions(bodies):
    """A graph whose functions call the ones named: {name: (called, …)}."""
    definition = graph_of(lambda x: x)
    for name, called in bodies.items():
        function = definition.library.function.add()
        function.signature.name = name
        for number, other in enumerate(called):
            node = function.node_def.add(name=f"n{number}", op="PartitionedCall")
            node.attr["f"].func.name = other
            for types in ("Tin", "Tout"):
                node.attr[types].list.SetInParent()
    call_of(definition, "out", next(iter(bodies)))
    return definition


@pytest.mark.parametrize(
    ("bodies", "message"),
    [
        ({"f": ["f"]}, "calls itself"),
        ({"f": ["g"], "g": ["h"], "h": ["f"]}, "calls itself"),
        ({"f": ["missing"]}, "has no function “missing”"),
        ({f"f{i}": [f"f{i + 1}"] * 4 if i < 20 else [] for i in range(21)}, "more than 200000 operations"),
        ({f"f{i}": [f"f{i + 1}"] if i < 99 else [] for i in range(100)}, "nested more than 50 deep"),
        ({"Relu": []}, "has the name of something else"),
    ],
)
def test_endless_recursion_is_refused(bodies, message):
    with pytest.raises(ModelFileError, match=message):
        require_harmless(with_functions(bodies))


def test_a_few_bytes_that_expand_to_gigabytes():
    definition = graph_of(lambda x: tf.identity(x, "out"))
    node = definition.node.add(name="large", op="Const")
    node.attr["dtype"].type = 1
    node.attr["value"].tensor.dtype = 1
    node.attr["value"].tensor.float_val.append(0.0)
    for size in (100_000, 100_000):
        node.attr["value"].tensor.tensor_shape.dim.add(size=size)
    with pytest.raises(ModelFileError, match="too large: its constant “large” .Const. takes 40 GB"):
        require_harmless(definition)


def test_gradients_and_hints_of_its_own_are_refused():
    definition = graph_of(lambda x: tf.identity(x, "out"))
    definition.node[0].attr["_XlaMustCompile"].b = True
    with pytest.raises(ModelFileError, match="has the hint _XlaMustCompile"):
        require_harmless(definition)
    assert require_harmless(needed_part(definition, ["out"])) is None
    definition.library.gradient.add(function_name="a", gradient_func="b")
    with pytest.raises(ModelFileError, match="brings gradients of its own"):
        require_harmless(definition)


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("N", lambda node: setattr(node.attr["N"], "i", -1), "N of “out” .Pack. is less than 1"),
        ("N", lambda node: setattr(node.attr["N"], "i", 3), "has 2 inputs; expected 3"),
        ("N", lambda node: setattr(node.attr["N"], "f", 2.0), "N of “out” .Pack. is of the kind f; expected int"),
        ("axis", lambda node: setattr(node.attr["axis"], "i", 2**40), "axis of “out” .Pack. is too large"),
        ("T", lambda node: node.attr.pop("T"), "lacks T"),
    ],
)
def test_settings_that_crash_tensorflow(name, change, message):
    """A count of -1 within a function made TensorFlow run out of memory and then hang."""
    definition = graph_of(lambda x: tf.stack([x, x], name="out"))
    change(definition.node[-1])
    with pytest.raises(ModelFileError, match=message):
        require_harmless(definition)


def test_a_constant_of_two_types():
    """TensorFlow's optimizer of graphs aborted on it within a function."""
    definition = graph_of(lambda x: tf.add(x, 2.0, name="out"))
    constant = next(node for node in definition.node if node.op == "Const")
    constant.attr["value"].tensor.dtype = 3
    with pytest.raises(ModelFileError, match="declares another type than it has"):
        require_harmless(definition)


class TestVariables:
    @pytest.fixture
    def graph(self, tmp_path):
        saved = SavedModel(tensorflow1(tmp_path / "m", resource=True))
        return saved.graph(["probabilities:0"])

    def test_go_through_bytes(self, graph):
        again = Graph.from_bytes(graph.definition, graph.variables_to_bytes())
        assert set(again.variables) == set(graph.variables)
        for name, value in graph.variables.items():
            np.testing.assert_array_equal(again.variables[name], value)
        assert again.variables_to_bytes() == graph.variables_to_bytes()

    def test_one_is_missing(self, graph):
        del graph.variables["conv1/bias"]
        with pytest.raises(ModelFileError, match="variable “conv1/bias” has no value"):
            graph.checked_definition()

    @pytest.mark.parametrize(
        "value", [np.zeros(17, np.float32), np.zeros(16, np.float64), np.zeros((4, 4), np.float32)]
    )
    def test_another_shape_or_type(self, graph, value):
        graph.variables["conv1/bias"] = value
        with pytest.raises(ModelFileError, match="its variable “conv1/bias” is"):
            graph.checked_definition()

    def test_pickles_are_not_opened(self, graph, tmp_path):
        target = tmp_path / "run"

        class Hostile:
            def __reduce__(self):
                return os.mkdir, (str(target),)

        buffer = io.BytesIO()
        np.savez(buffer, names=NAMES, v0=np.array([Hostile()], dtype=object))
        with pytest.raises(ModelFileError, match="variables in the model file are damaged"):
            Graph.from_bytes(graph.definition, buffer.getvalue())
        assert not target.exists()

    def test_text_is_not_a_value(self, graph):
        buffer = io.BytesIO()
        np.savez(buffer, names=NAMES, v0=np.array(["text"]))
        with pytest.raises(ModelFileError, match="“v0.npy” is no plain array of numbers"):
            Graph.from_bytes(graph.definition, buffer.getvalue())


def test_damaged_bytes():
    with pytest.raises(ModelFileError, match="The graph in the model file is damaged"):
        RunningGraph(Graph(b"\xff\xff no graph", {}))
