"""The families of files that are spoiled: how to make a good one, how to open it as far as mapping does, and its own
ways to be spoiled. A new family is a class like these, in families.SUBJECTS.
"""

import io
import json
import os
import pickle

import numpy as np

from . import mutations as m

CANARY_VARIABLE = "RASTERLEARN_CANARY"  # the folder that hostile files try to write to
SIDE = 16
MAPPED = 20  # one of so many files that open is also mapped with: that takes longer


def touching(name):
    """An object whose unpickling writes a file into the canary's folder."""
    return _Touching(os.path.join(os.environ[CANARY_VARIABLE], name))


class _Touching:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.system, (f"touch '{self.path}'",)


def hostile_function():
    """A function as Keras writes lambdas: marshalled code that writes a file."""
    import base64
    import marshal

    path = os.path.join(os.environ[CANARY_VARIABLE], "lambda")
    code = marshal.dumps(compile(f"lambda x: open({path!r}, 'w') and x", "lambda", "eval"))
    return {
        "class_name": "__lambda__",
        "config": {"value": [base64.b64encode(code).decode(), None, None]},
    }


class Subject:
    """A family of files.

    Attributes:
        name: for the table. ending: of its files. share: how many cases it gets, compared with others.
    """

    name, ending, share = "", "", 1

    def make(self, folder):
        """The bytes of good files: a list, of which a case spoils one."""
        raise NotImplementedError

    def open(self, path):
        """Opens a file as far as mapping would and computes with it once. Raises what the core raises."""
        raise NotImplementedError

    def use(self, path):
        """Works with a file that opened: under the same watch, but not within the same seconds."""

    def warm_up(self, path):
        """Does with a good file all that `open` and `use` may do, so that libraries load what they load later."""
        self.open(path)

    def mutations(self):
        """(weight, function of bytes and random.Random) of this family."""
        return [(1, m.bytes_changed)]

    def mutated(self, data, rng):
        """A spoiled file."""
        weights, functions = zip(*self.mutations())
        return rng.choices(functions, weights)[0](data, rng)


def _description(side, kind, neighborhood=False):
    from rasterlearn.core.images.image_source import Source
    from rasterlearn.core.images.normalization import Normalization
    from rasterlearn.core.raster.classes import ClassMap, LandClass

    bands = ("B4", "B3")
    transform = Normalization("max", bands, (0.1, 0.2), (0.0, 1.0))
    source = Source(bands, (10.0, 10.0), side, side, transform, (0.5, 0.25), neighborhood)
    return ClassMap.of([LandClass(1, "Wald", "#00ff00"), LandClass(7, "Wasser", "#0000ff")]), (source,)


def _forest(features):
    from rasterlearn.core.learning.forest_fitting import ForestSettings, fit_forest

    samples = np.random.default_rng(0).normal(size=(40, features)).astype(np.float32)
    return fit_forest(samples, (samples[:, 0] > 0).astype(int), 2, 3, ForestSettings(max_depth=4))


def _network(seed=0):
    """A small network with one layer of nearly every kind that has weights or special settings."""
    import keras

    keras.utils.set_random_seed(seed)
    layers = keras.layers
    image = keras.Input((SIDE, SIDE, 2), name="image")
    x = layers.Normalization(mean=[0.1, 0.2], variance=[1.0, 2.0], name="standardization")(image)
    x = layers.Conv2D(4, 3, activation="relu", name="conv1")(x)
    x = layers.BatchNormalization(name="norm")(x)
    y = layers.DepthwiseConv2D(3, padding="same", name="depthwise")(x)
    x = layers.Add(name="sum")([x, y])
    x = layers.MaxPooling2D(2, name="pool")(x)
    x = layers.Dropout(0.1, name="dropout")(x)
    x = layers.Flatten(name="features")(x)
    return keras.Model(image, layers.Dense(2, activation="softmax", name="scores")(x), name="small")


def _predict(network):
    shapes = [[2, *(side or SIDE for side in tensor.shape[1:])] for tensor in network.inputs]
    inputs = [np.zeros(shape, np.float32) for shape in shapes]
    answer = np.asarray(network(inputs if len(inputs) > 1 else inputs[0]))
    if not answer.shape or answer.shape[0] != 2 or answer.ndim not in (2, 4):
        raise AssertionError(f"the network answered with {answer.shape}")


def _map(path, model):
    """Maps images as the description asks for them."""
    from osgeo import gdal

    from rasterlearn.core.mapping.apply_model import apply_model

    folder, images = os.path.dirname(path), []
    for number, source in enumerate(model.sources):
        size = 2 * SIDE if max(source.patch_width, source.patch_height) <= 2 * SIDE else SIDE
        images.append(os.path.join(folder, f"image{number}.tif"))
        driver = gdal.GetDriverByName("GTiff")
        dataset = driver.Create(images[-1], size, size, min(len(source.bands), 100), gdal.GDT_UInt16)
        dataset.SetGeoTransform((500000.0, 10.0, 0, 5800000.0, 0, -10.0))
        del dataset
    output = os.path.join(folder, "map.tif")
    try:
        apply_model(images, path, output)
        with open(output, "rb"):
            pass
    finally:
        for name in os.listdir(folder):
            if name.startswith(("map.", "image")):
                os.remove(os.path.join(folder, name))


class _ModelFile(Subject):
    ending = ".rlmodel"
    members = ()

    def model(self):
        raise NotImplementedError

    def make(self, folder):
        from rasterlearn.core.model.model_file import save_model

        path = os.path.join(folder, "good.rlmodel")
        save_model(path, self.model(), "<html></html>")
        with open(path, "rb") as file:
            return [file.read()]

    def open(self, path):
        from rasterlearn.core.model.model_file import load_model

        model = load_model(path)
        model.fingerprint  # noqa: B018 a map's metadata have it
        model.classes.raster_type()
        source = model.sources[0]
        features = source.value_count
        if model.kind != "forest":
            network = model.network()
            _predict(network)
            features = None
        if model.kind != "network":
            forest = model.forest()
            shares = forest.predict(np.zeros((3, 4, features or forest.feature_count), np.float32))
            if shares.shape != (3, 4, len(model.classes)) or not np.isfinite(shares).all():
                raise AssertionError(f"the forest answered with {shares.shape}")

    def use(self, path):
        from rasterlearn.core.model.model_file import load_model

        model = load_model(path)
        if int(model.fingerprint, 16) % MAPPED == 0:
            _map(path, model)

    def warm_up(self, path):
        from rasterlearn.core.model.model_file import load_model

        self.open(path)
        _map(path, load_model(path))

    def mutations(self):
        return [(1, m.bytes_changed), (3, m.zip_changed), (6, self._description_changed)] + [
            (weight, self._within(name, change)) for name, weight, change in self.members
        ]

    @staticmethod
    def _description_changed(data, rng):
        return m.with_member(data, "model.json", lambda content: m.json_changed(content, rng))

    @staticmethod
    def _within(name, change):
        return lambda data, rng: m.with_member(data, name, lambda content: change(content, rng))


def npz_changed(data, rng):
    """A forest.npz spoiled within."""
    kind = rng.randrange(10)
    if kind == 0:
        return m.bytes_changed(data, rng)
    if kind == 1:
        return m.zip_changed(data, rng)
    name = rng.choice(list(m.members(data)))
    if kind == 2:
        return m.with_member(data, name, lambda _: _pickled(rng))
    return m.with_member(data, name, lambda content: m.npy_changed(content, rng))


def _pickled(rng):
    buffer = io.BytesIO()
    np.save(buffer, np.array([touching("pickle")], object), allow_pickle=True)
    return rng.choice((buffer.getvalue(), pickle.dumps(touching("pickle")), m.npy("{}", pickle.dumps(touching("p")))))


def keras_changed(data, rng):
    """A .keras spoiled within: its description by grammar, its weights by bytes, its entries."""
    kind = rng.randrange(20)
    if kind == 0:
        return m.bytes_changed(data, rng)
    if kind <= 2:
        return m.zip_changed(data, rng)
    if kind <= 5:
        return m.with_member(data, "model.weights.h5", lambda content: m.bytes_changed(content, rng))
    if kind <= 8:
        return m.with_member(data, "model.weights.h5", lambda content: m.early_bytes_changed(content, rng))
    if kind == 9:
        return m.with_member(data, "model.weights.h5", lambda _: _strange_weights(rng))
    if kind == 10:
        return m.with_member(data, "metadata.json", lambda content: m.json_changed(content, rng))
    if kind <= 14:
        return m.with_member(data, "config.json", lambda content: m.json_changed(content, rng))
    return m.with_member(data, "config.json", lambda content: _config_changed(content, rng))


def _strange_weights(rng):
    """HDF5 with what the format can do and weights never need."""
    import h5py

    buffer = io.BytesIO()
    with h5py.File(buffer, "w", libver=rng.choice((None, "v108", "latest"))) as file:
        kind = rng.randrange(8)
        if kind == 0:
            file["layers"] = h5py.ExternalLink("/etc/passwd", "/")
        elif kind == 1:
            file["layers"] = h5py.SoftLink("/layers")
        elif kind == 2:
            file.create_dataset("layers/conv2d/vars/0", (4,), "u1", external=[("/etc/passwd", 0, 4)])
        elif kind == 3:
            file.create_dataset("x", (10**6, 10**6), "f4", chunks=(100, 100), compression="gzip")
        elif kind == 4:
            file["again"] = file["/"]
        elif kind == 5:
            file.create_dataset("text", data=["a", "b"], dtype=h5py.string_dtype())
        elif kind == 6:
            layout = h5py.VirtualLayout((4,), "f4")
            layout[:] = h5py.VirtualSource("/etc/hostname", "x", (4,))
            file.create_virtual_dataset("x", layout)
        else:
            for number in range(40):
                file[f"layers/l{number}/vars/0"] = np.arange(3, dtype=rng.choice(("f2", "f4", "f8", "i8", "c8")))
    data = buffer.getvalue()
    return data if rng.random() < 0.3 else m.bytes_changed(data, rng)


def _config_changed(content, rng):
    config = json.loads(content)
    layers = config["config"]["layers"]
    layer = rng.choice(layers[1:])
    rng.choice(_GRAMMAR)(config, layers, layer, rng)
    return json.dumps(config).encode()


def _function(module, name):
    return {"module": module, "class_name": "function", "config": name, "registered_name": name}


def _as(module, class_name, **settings):
    def change(config, layers, layer, rng):
        layer.update(module=module, class_name=class_name, registered_name=rng.choice((None, class_name)))
        if settings:
            layer["config"] = {"name": layer["name"], **{k: v() if callable(v) else v for k, v in settings.items()}}

    return change


def _setting(values):
    def change(config, layers, layer, rng):
        name, value = rng.choice(list(values.items()))
        layer["config"][name] = value() if callable(value) else value

    return change


def _everywhere(name, value):
    def change(config, layers, layer, rng):
        found = [p for p in m.places_of(config) if p and p[-1] == name]
        for path in found:
            parent = config
            for key in path[:-1]:
                parent = parent[key]
            parent[path[-1]] = value

    return change


def _canary(name):
    return os.path.join(os.environ[CANARY_VARIABLE], name)


def _huge(config, layers, layer, rng):
    size = rng.choice((10**6, 10**9, 10**12, 2**31, 2**63))
    wide = [x for x in layers if {"units", "filters"} & set(x["config"])]
    chosen = rng.choice(wide)
    chosen["config"]["units" if "units" in chosen["config"] else "filters"] = size
    if rng.random() < 0.5 and "build_config" in chosen:
        chosen["build_config"]["input_shape"][-1] = size


def _circle(config, layers, layer, rng):
    for node in layer["inbound_nodes"]:
        for tensor in node["args"]:
            if isinstance(tensor, dict):
                tensor["config"]["keras_history"][0] = rng.choice(layers)["name"]


def _nested(config, layers, layer, rng):
    copy = json.loads(json.dumps(config))
    for _ in range(rng.choice((1, 3, 40))):
        outer = json.loads(json.dumps(config))
        outer["config"]["layers"].append({**copy, "name": "inner", "inbound_nodes": []})
        copy = outer
    config.clear()
    config.update(copy)


def _many(config, layers, layer, rng):
    for number in range(rng.choice((50, 2000))):
        copy = json.loads(json.dumps(layer))
        copy["name"] = copy["config"]["name"] = f"more{number}"
        layers.append(copy)


def _called(config, layers, layer, rng):
    arguments = rng.choice(
        (
            {"training": True}, {"mask": [1]}, {"evil": 1}, {"training": {"class_name": "__lambda__", "config": {}}},
            {"call_context_args": {}}, {"path": _canary("call")},
        )
    )  # fmt: skip
    for node in layer["inbound_nodes"]:
        node["kwargs"].update(arguments)


_GRAMMAR = (
    _as("keras.layers", "Lambda", function=hostile_function, arguments={}),
    _as("keras.layers", "Lambda", function=lambda: _function("os", "system"), arguments={"command": "false"}),
    _as("keras.layers", "TFSMLayer", filepath=lambda: _canary("savedmodel"), call_endpoint="serve"),
    _as("keras.layers", "TorchModuleWrapper"),
    _as("keras.layers", "FeatureSpace"),
    _as("keras.layers", "StringLookup", vocabulary="/etc/passwd"),
    _as("keras.layers", "TextVectorization", vocabulary="/etc/passwd"),
    _as("keras.utils", "get_file", fname="x", origin="http://127.0.0.1:9/x"),
    _as("keras.models", "load_model", filepath="/etc/passwd"),
    _as("os", "system", command="false"),
    _as("builtins", "exec", source="1"),
    _as("keras.src.saving.saving_lib", "load_model"),
    _as("keras.config", "enable_unsafe_deserialization"),
    _as("rasterlearn.core.base.outputs", "replacing"),
    _as("sitecustomize_canary", "Layer"),
    _as(None, "Dense"),
    _setting(
        {
            "activation": lambda: _function("os", "system"),
            "kernel_initializer": lambda: hostile_function(),
            "bias_initializer": {"module": "os", "class_name": "system", "config": {"command": "false"}},
            "dtype": {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "int8_from_float32"}},
            "quantization_config": {"module": "keras", "class_name": "x", "config": {}},
            "lora_rank": 10**9,
            "kernel_regularizer": lambda: _function("builtins", "eval"),
            "kernel_constraint": {"module": "keras.constraints", "class_name": "MaxNorm", "config": {}},
            "data_format": "channels_first",
            "padding": [[10**9, 10**9], [10**9, 10**9]],
            "batch_input_shape": [None, 10**6],
            "batch_shape": [10**9, 10**9, 10**9],
            "kernel_size": [10**6, 10**6],
            "strides": [0, 0],
            "axis": [1, 2, 3],
            "seed": 10**40,
            "target_shape": [10**9, -1],
            "size": [10**6, 10**6],
            "groups": 10**9,
            "renorm": True,
            "sparse": True,
            "weights": [1, 2, 3],
        }
    ),
    _everywhere("registered_name", "evil>Layer"),
    _everywhere("module", "sitecustomize_canary"),
    _everywhere("class_name", "__typespec__"),
    _everywhere("class_name", "__tensor__"),
    _everywhere("dtype", "string"),
    _everywhere("shared_object_id", 1),
    _everywhere("input_shape", [None, 10**9, 10**9, 10**9]),
    _everywhere("shape", [10**12]),
    lambda config, layers, layer, rng: config.update(compile_config={"optimizer": hostile_function()}),
    lambda config, layers, layer, rng: config.update(build_config={"input_shape": hostile_function()}),
    lambda config, layers, layer, rng: config["config"].update(evil=1, layers=layers),
    lambda config, layers, layer, rng: layer.pop("module"),
    lambda config, layers, layer, rng: layer.pop("build_config", None),
    lambda config, layers, layer, rng: layers.reverse(),
    _huge,
    _circle,
    _nested,
    _many,
    _called,
)


class NetworkModel(_ModelFile):
    name, share = "network", 4
    members = (("network.keras", 14, keras_changed),)

    def model(self):
        from rasterlearn.core.model.model_file import Model

        return Model.of_network(_network(), "patch_cnn", *_description(SIDE, "network"), {"versions": {}})


class ForestModel(_ModelFile):
    name, share = "forest", 2
    members = (("forest.npz", 10, npz_changed),)

    def model(self):
        from rasterlearn.core.model.model_file import Model

        return Model.of_forest(_forest(2), *_description(1, "forest"), {"versions": {}})


class NeighborhoodModel(ForestModel):
    name, share = "neighborhood", 1

    def model(self):
        from rasterlearn.core.model.model_file import Model

        return Model.of_forest(_forest(6), *_description(5, "forest", True), {"versions": {}})


class HybridModel(_ModelFile):
    name, share = "hybrid", 1
    members = (("network.keras", 6, keras_changed), ("forest.npz", 6, npz_changed))

    def model(self):
        from rasterlearn.core.model.model_file import Model

        classes, sources = _description(SIDE, "network")
        network = Model.of_network(_network(), "patch_cnn", classes, sources, {})
        return Model.of_hybrid(network, _forest(196), classes, {"versions": {}})


class OwnNetwork(Subject):
    """A .keras file that a user trains."""

    name, ending, share = "keras", ".keras", 3

    def make(self, folder):
        import h5py

        path, found = os.path.join(folder, "good.keras"), []
        network = _network()
        network.compile("adam", "categorical_crossentropy")
        network.save(path)
        with open(path, "rb") as file:
            found.append(file.read())
        for libver in ("v108", "latest"):  # as future versions of the HDF5 library write it

            def rewritten(content, libver=libver):
                buffer = io.BytesIO()
                with h5py.File(io.BytesIO(content)) as old, h5py.File(buffer, "w", libver=libver) as new:
                    for name in old:
                        old.copy(name, new)
                return buffer.getvalue()

            found.append(m.with_member(found[0], "model.weights.h5", rewritten))
        return found

    def open(self, path):
        from rasterlearn.core.model.network_file import open_network

        with open(path, "rb") as file:
            _predict(open_network(file.read()))

    def mutations(self):
        return [(1, keras_changed)]


class ForestArrays(Subject):
    """The arrays of a forest, by themselves."""

    name, ending, share = "npz", ".npz", 2

    def make(self, folder):
        return [_forest(2).to_bytes()]

    def open(self, path):
        from rasterlearn.core.model.forest import Forest

        with open(path, "rb") as file:
            forest = Forest.from_bytes(file.read())
        shares = forest.predict(np.zeros((2, 3, forest.feature_count), np.float32))
        if not np.isfinite(shares).all():
            raise AssertionError("the forest answered with numbers that are not finite")

    def mutations(self):
        return [(1, npz_changed)]


class Style(Subject):
    """A .qml that comes with labels or a model."""

    name, ending, share = "qml", ".qml", 1

    def make(self, folder):
        from rasterlearn.core.images.legend import write_map_style, write_points_style

        classes, found = _description(1, "forest")[0], []
        path = os.path.join(folder, "good.qml")
        for write in (lambda: write_map_style(path, classes), lambda: write_points_style(path, classes, "class")):
            write()
            with open(path, "rb") as file:
                found.append(file.read())
        return found

    def open(self, path):
        from rasterlearn.core.images.legend import legend_beside, read_legend_file

        read_legend_file(path).classes_of_values([1, 7])
        legend_beside(path[: -len(self.ending)] + ".tif", "rasterrenderer")

    def mutations(self):
        return [(3, m.bytes_changed), (4, _xml_changed)]


def _xml_changed(data, rng):
    text = data.decode()
    body = text[text.index("<qgis") :]
    kind = rng.randrange(6)
    if kind == 0:  # a billion laughs
        lines = ['<!ENTITY a0 "ha">']
        lines += [f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, rng.choice((3, 6, 12)))]
        body = body.replace('label="', f'label="&a{len(lines) - 1};', 1)
        return f"<!DOCTYPE qgis [{''.join(lines)}]>\n{body}".encode()
    if kind == 1:  # one long entity, often
        body = body.replace('label="', 'label="' + "&a;" * 20_000, 1)
        return f'<!DOCTYPE qgis [<!ENTITY a "{"x" * 50_000}">]>\n{body}'.encode()
    if kind == 2:
        body = body.replace('label="', 'label="&x;', 1)
        path = rng.choice(("/etc/passwd", "http://127.0.0.1:9/x", _canary("entity")))
        return f'<!DOCTYPE qgis [<!ENTITY x SYSTEM "{path}">]>\n{body}'.encode()
    if kind == 3:
        return b"<a>" * rng.choice((1000, 500_000))
    if kind == 4:
        wild = str(rng.choice(m.WILD_NUMBERS + m.WILD_TEXTS)).replace('"', "").replace("<", "&lt;")
        places = [i for i in range(len(body)) if body.startswith('="', i)]
        place = rng.choice(places) + 2
        return (body[:place] + wild + body[body.index('"', place) :]).encode("utf-8", "replace")
    return text.encode(rng.choice(("utf-16", "utf-32", "latin-1", "utf-7")), "replace")


class Table(Subject):
    """A legend as csv."""

    name, ending, share = "csv", ".csv", 1

    def make(self, folder):
        return [
            b"value,name,color\n1,Wald,#00ff00\n7,Wasser,#0000ff\n",
            b"value;name;color\n1;Wald;#00ff00\n",
        ]

    def open(self, path):
        from rasterlearn.core.images.legend import read_legend_file

        read_legend_file(path).classes_of_values([1, 7])

    def mutations(self):
        return [(2, m.bytes_changed), (3, _cells_changed)]


def _cells_changed(data, rng):
    rows = [line.split(",") for line in data.decode().splitlines()]
    row = rng.choice(rows)
    row[rng.randrange(len(row))] = str(rng.choice(m.WILD_NUMBERS + m.WILD_TEXTS))
    text = "\n".join(",".join(row) for row in rows * rng.choice((1, 1, 2, 2000)))
    return text.encode("utf-8", "replace")


class Statistics(Subject):
    """The json that normalize writes."""

    name, ending, share = "json", ".json", 1

    def make(self, folder):
        transform = _description(1, "forest")[1][0].normalization
        return [json.dumps(transform.to_json(), indent=2).encode()]

    def open(self, path):
        from rasterlearn.core.images.normalization import read_statistics

        read_statistics(path).apply(np.zeros((2, 2, 2), np.uint16))

    def mutations(self):
        return [(1, m.json_changed)]


class Harm(Subject):
    """Not a family: what the harness has to notice, for its own test."""

    name, ending = "harm", ".txt"

    def make(self, folder):
        return [b"good"]

    def open(self, path):
        with open(path, "rb") as file:
            content = file.read()
        if content == b"crash":
            os.abort()
        while content == b"hang":
            pass

    def mutated(self, data, rng):
        return rng.choice((b"crash", b"hang", b"fine"))
