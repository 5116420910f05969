"""TensorFlow graphs as strangers may write them: SavedModels, and the model files that are made of them."""

import os
import shutil
import zipfile

import numpy as np

from . import mutations as m
from .subjects import CANARY_VARIABLE, Subject, npz_changed

SIDE, BANDS = 16, 2


def saved_models(folder):
    """A TensorFlow 1 graph that can be trained, and a TensorFlow 2 function with variables."""
    import keras
    from saved_models import tensorflow1

    keras.utils.set_random_seed(0)
    image = keras.Input((SIDE, SIDE, BANDS))
    features = keras.layers.BatchNormalization()(keras.layers.Conv2D(3, 3, activation="relu")(image))
    network = keras.Model(image, keras.layers.Dense(3, activation="softmax")(keras.layers.Flatten()(features)))
    second = os.path.join(folder, "second")
    network.export(second, verbose=False)
    return [(tensorflow1(os.path.join(folder, "first"), resource=True), True), (second, False)]


def wanted_of(is_first):
    """What is said of such a model when it is imported."""
    from rasterlearn.core.exchange.import_options import ImportOptions

    return ImportOptions(outputs=["logits"], targets=["optimizer"], labels="y") if is_first else ImportOptions()


class GraphModel(Subject):
    """A model file with an imported graph."""

    name, ending, share = "graph", ".rlmodel", 4

    def make(self, folder):
        from rasterlearn.core.exchange.importing import import_model

        found = []
        for path, is_first in saved_models(folder):
            output = os.path.join(folder, "good.rlmodel")
            import_model(path, output, wanted_of(is_first))
            with open(output, "rb") as file:
                found.append(file.read())
            shutil.rmtree(path)
        return found

    def open(self, path):
        from rasterlearn.core.evaluation.graph_predictors import answer_of
        from rasterlearn.core.evaluation.running_graph import RunningGraph
        from rasterlearn.core.model.model_file import load_model

        model = load_model(path)
        model.fingerprint  # noqa: B018 a map's metadata have it
        answer = answer_of(RunningGraph(model.graph()), model.use, model.use.outputs[:1])
        answer([np.ones((2, s.patch_height, s.patch_width, len(s.bands)), np.float32) for s in model.sources])

    def mutated(self, data, rng):
        kind = rng.randrange(12)
        if kind == 0:
            return m.bytes_changed(data, rng)
        if kind == 1:
            return m.zip_changed(data, rng)
        if kind <= 3:
            return m.with_member(data, "model.json", lambda content: m.json_changed(content, rng))
        if kind <= 5:
            return m.with_member(data, "variables.npz", lambda content: npz_changed(content, rng))
        if kind == 6:
            return m.with_member(data, "graph.pb", lambda content: m.bytes_changed(content, rng))
        return m.with_member(data, "graph.pb", lambda content: graph_changed(content, rng))


class SavedModelFolder(Subject):
    """The folder of a SavedModel, in a zip of its own so that a case is one file."""

    name, ending, share = "savedmodel", ".zip", 3

    def make(self, folder):
        found = []
        for path, is_first in saved_models(folder):
            entries = [("first" if is_first else "second", b"")]
            for place, _, names in os.walk(path):
                for name in names:
                    with open(os.path.join(place, name), "rb") as file:
                        entries.append((os.path.relpath(os.path.join(place, name), path), file.read()))
            found.append(m.sealed(entries))
            shutil.rmtree(path)
        return found

    def open(self, path):
        from rasterlearn.core.exchange.importing import import_model

        folder, output = (
            os.path.join(os.path.dirname(path), "saved"),
            os.path.join(os.path.dirname(path), "new.rlmodel"),
        )
        try:
            with zipfile.ZipFile(path) as archive:
                archive.extractall(folder)
            import_model(folder, output, wanted_of(os.path.exists(os.path.join(folder, "first"))))
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            if os.path.exists(output):
                os.remove(output)

    def mutated(self, data, rng):
        names = [name for name in m.members(data) if "." in name and not name.endswith("fingerprint.pb")]
        name = rng.choice([*names, *["saved_model.pb"] * 4])
        if name != "saved_model.pb" or rng.random() < 0.2:
            return m.with_member(data, name, lambda content: m.bytes_changed(content, rng))
        return m.with_member(data, name, lambda content: _saved_model_changed(content, rng))


def _saved_model_changed(content, rng):
    from tensorflow.core.protobuf import saved_model_pb2

    message = saved_model_pb2.SavedModel.FromString(content)
    meta = message.meta_graphs[0]
    if rng.random() < 0.2:
        signature = meta.signature_def[rng.choice(sorted(meta.signature_def))]
        tensors = rng.choice((signature.inputs, signature.outputs))
        for alias in sorted(tensors):
            tensors[alias].name = rng.choice(("x", "x:9", "^x", "", "no:0", "/etc/passwd", "optimizer:0"))
    else:
        _spoil(meta.graph_def, rng)
    return message.SerializeToString()


def graph_changed(content, rng):
    """A GraphDef with wild settings, wirings and operations."""
    from tensorflow.core.framework import graph_pb2

    definition = graph_pb2.GraphDef.FromString(content)
    _spoil(definition, rng)
    return definition.SerializeToString()


def _spoil(definition, rng):
    nodes = [*definition.node, *(node for function in definition.library.function for node in function.node_def)]
    for _ in range(rng.choice((1, 1, 2, 4))):
        rng.choice(_WAYS)(definition, nodes, rng.choice(nodes), rng)


def _rewired(definition, nodes, node, rng):
    if node.input:
        node.input[rng.randrange(len(node.input))] = rng.choice(nodes).name + rng.choice(("", ":1", ":-1", ":9999"))


def _renamed(definition, nodes, node, rng):
    node.name = rng.choice((rng.choice(nodes).name, "", "a/../b", "x" * 5000, "\x00"))


def _other_operation(definition, nodes, node, rng):
    node.op = rng.choice((rng.choice(nodes).op, "ReadFile", "PyFunc", "EagerPyFunc", "While", "RestoreV2", "nothing"))


def _setting(definition, nodes, node, rng):
    if not node.attr:
        return
    value = node.attr[rng.choice(sorted(node.attr))]
    kind = value.WhichOneof("value")
    if kind == "i":
        value.i = rng.choice((-1, 0, 1, 7, 2**31, 2**62, -(2**62)))
    elif kind == "type":
        value.type = rng.randrange(130)
    elif kind == "s":
        value.s = rng.choice((b"", b"SAME", b"NCHW", b"EXPLICIT", b"\xff" * 9, b"file:///etc/passwd"))
    elif kind == "f":
        value.f = rng.choice((float("nan"), float("inf"), -1e38))
    elif kind == "b":
        value.b = not value.b
    elif kind == "shape":
        for side in value.shape.dim:
            side.size = rng.choice((-7, -1, 0, 3, 2**40))
    elif kind == "list" and value.list.i:
        value.list.i[rng.randrange(len(value.list.i))] = rng.choice((-5, -1, 0, 1, 100, 2**31, 2**62))
    elif kind == "tensor":
        _constant(value.tensor, rng)
    elif kind == "func":
        names = [function.signature.name for function in definition.library.function]
        value.func.name = rng.choice([*names, "nothing"])


def _constant(tensor, rng):
    if tensor.tensor_shape.dim and rng.random() < 0.5:
        tensor.tensor_shape.dim[0].size = rng.choice((-1, 0, 5, 2**20, 2**40))
    elif tensor.tensor_content:
        tensor.tensor_content = m.bytes_changed(tensor.tensor_content, rng)
    elif tensor.int_val:
        tensor.int_val[0] = rng.choice((-(2**31), -1, 0, 2**31 - 1))
    else:
        tensor.dtype = rng.randrange(30)


def _without_setting(definition, nodes, node, rng):
    if node.attr:
        del node.attr[rng.choice(sorted(node.attr))]


def _without_input(definition, nodes, node, rng):
    if node.input:
        del node.input[rng.randrange(len(node.input))]


def _strange_setting(definition, nodes, node, rng):
    other = rng.choice(nodes)
    if other.attr:
        name = rng.choice(("T", "dtype", "shape", "strides", "_XlaMustCompile", "_class", "N", "f"))
        node.attr[name].CopyFrom(other.attr[rng.choice(sorted(other.attr))])


def _file_operation(definition, nodes, node, rng):
    """A file is written before a node is computed, in the graph or within a function."""
    owner = rng.choice([definition.node, *(function.node_def for function in definition.library.function)])
    path = os.path.join(os.environ[CANARY_VARIABLE], "written").encode()
    before = len(owner)
    for name in ("harm/name", "harm/content"):
        constant = owner.add(name=name, op="Const")
        constant.attr["dtype"].type = 7
        constant.attr["value"].tensor.dtype = 7
        constant.attr["value"].tensor.tensor_shape.SetInParent()
        constant.attr["value"].tensor.string_val.append(path)
    owner.add(name="harm", op="WriteFile", input=["harm/name", "harm/content"])
    owner[rng.randrange(before)].input.append("^harm")


def _endless(definition, nodes, node, rng):
    """Functions that call each other, or themselves."""
    functions = definition.library.function
    if not functions:
        return
    for function in functions:
        for _ in range(rng.choice((1, 30))):
            call = function.node_def.add(name=f"call{rng.random()}", op="PartitionedCall")
            call.attr["f"].func.name = rng.choice(functions).signature.name
            for types in ("Tin", "Tout"):
                call.attr[types].list.SetInParent()


_WAYS = (
    _rewired, _renamed, _other_operation, _setting, _setting, _setting, _without_setting, _without_input,
    _strange_setting, _file_operation, _endless,
)  # fmt: skip
