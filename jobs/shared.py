"""Parameters that several commands have: the same label, help and range everywhere, translated once.

The keywords of the functions are attributes of `parameter.Parameter`; they take the place of what is shared.
"""

from __future__ import annotations

from typing import Any

from . import choices
from .job import Result
from .parameter import (
    GEOTIFF,
    MODEL,
    More,
    Text,
    choice,
    features_in,
    field_of,
    file_in,
    file_output,
    legend_in,
    number,
    page_output,
    raster_in,
    rasters_in,
    text,
    whole,
)

ACCURACY = (
    Result("OVERALL_ACCURACY", Text("Overall accuracy", "overall_accuracy")),
    Result("KAPPA", Text("Kappa", "kappa")),
)
VALUE_ERRORS = (
    Result("RMSE", Text("Root mean squared error", "rmse")),
    Result("MAE", Text("Mean absolute error", "mae")),
    Result("BIAS", Text("Bias", "bias")),
)


def image(**details: Any) -> Any:
    """The image that a command works on."""
    label, help_text = Text("Image", "image.label"), Text(IMAGE_HELP, "image.help")
    return raster_in(**{"label": label, "help": help_text, "qgis": "INPUT", **details})


IMAGE_HELP = "A raster file that QGIS reads: GeoTIFF, JP2, VRT …"


def more_images(label: str = "", after: str = "") -> More:
    """The images of the other sources of a model."""
    label = label or Text("Image for source {} of the model", "more_images.label")
    help_text = "For models that look at several images, in the model's order. It may have other pixels and edges."
    return More(label, Text(help_text, "more_images.help"), after=after)


def images() -> Any:
    """Rasters whose bands are stacked."""
    help_text = (
        "Rasters on the same grid; their bands are stacked in this order. For Sentinel-2, pick the band files of one "
        "pixel size, for example B04, B03, B02 and B08 (10 m), from the IMG_DATA folder of the product."
    )
    return rasters_in(Text("Images or band files", "images.label"), help=Text(help_text, "images.help"), qgis="INPUT")


def label_image() -> Any:
    """The image whose pixels get the labels."""
    help_text = "The image that patches will be extracted from: its pixels get the labels found at their centers."
    return image(help=Text(help_text, "label_image.help"), qgis="IMAGE", optional=True)


def label_raster(label: str = "") -> Any:
    """Class values as a raster; by default those to learn from."""
    help_text = Text("Class values; nodata means not annotated.", "label_raster.help")
    return raster_in(label or Text("Labels (raster)", "labels.label"), help=help_text, optional=True)


def label_features(label: str = "") -> Any:
    """Polygons, lines or points with a class; by default those to learn from."""
    help_text = "Give either a raster or features. Features are reprojected where needed."
    label = label or Text("Labels (features)", "label_features.label")
    return features_in(label, help=Text(help_text, "label_features.help"), optional=True)


def class_field(parent: str) -> Any:
    """The field with the class of each feature."""
    label, help_text = "Field with the class", "Whole numbers, or text: names become classes."
    return field_of(parent, Text(label, "class_field.label"), help=Text(help_text, "class_field.help"))


def point_field(parent: str) -> Any:
    """The field with the class of each sample point."""
    help_text = "The field with the class value; “class” in the layers of “Select samples”."
    label = Text("Field with the class", "class_field.label")
    return field_of(parent, label, "class", help=Text(help_text, "point_field.help"))


def label_nodata() -> Any:
    """The label value of pixels without a label."""
    label = Text("Label value that means not annotated", "label_nodata.label")
    help_text = Text("By default the raster's own nodata value.", "label_nodata.help")
    return number(None, label, help=help_text, advanced=True)


def output_nodata() -> Any:
    """The nodata value of an output whose image has none."""
    help_text = "For images of whole numbers without a nodata value: one that no pixel has."
    label = Text("Nodata value", "output_nodata.label")
    return number(None, label, help=Text(help_text, "output_nodata.help"), advanced=True)


def legend(**details: Any) -> Any:
    """Names and colors of classes."""
    help_text = (
        "Names, values and colors of the classes: a QGIS style (.qml) or a table (.csv) with the columns value, name, "
        "color. By default the style of the label layer is used."
    )
    shown = {"help": Text(help_text, "legend.help"), "advanced": True, "picker": "legend_picker.LegendPicker"}
    return legend_in(Text("Legend", "legend.label"), **{**shown, **details})


def mask() -> Any:
    """Which pixels cannot be used."""
    help_text = Text("Band 1 tells which pixels cannot be used.", "mask.help")
    return raster_in(Text("Mask or quality band", "mask.label"), help=help_text)


def mask_values() -> Any:
    """The values of a mask that mean that a pixel cannot be used."""
    help_text = "Values and ranges of them, such as 2,4,8-10. With neither values nor bits, all but 0."
    label = Text("Values that mean not usable", "mask_values.label")
    return text("", label, help=Text(help_text, "mask_values.help"))


def mask_bits() -> Any:
    """The bits of a mask that mean that a pixel cannot be used."""
    help_text = "Numbers of bits, from 0 for the lowest, and ranges of them, such as 1,3,10-11: any set one means it."
    return text("", Text("Bits that mean not usable", "mask_bits.label"), help=Text(help_text, "mask_bits.help"))


def seed(**details: Any) -> Any:
    """Start of the random numbers."""
    help_text = Text("The same seed gives the same result.", "seed.help")
    return whole(0, Text("Seed", "seed.label"), minimum=0, help=help_text, **details)


def patch_size(**details: Any) -> Any:
    """Side of a patch."""
    help_text = "Side of the square around a point that a network sees at once. 16 suits 10 m pixels."
    shown = {"help": Text(help_text, "patch_size.help"), "minimum": 1}
    return whole(16, Text("Patch size (pixels)", "patch_size.label"), **{**shown, **details})


def patch_height(**details: Any) -> Any:
    """Rows of a patch."""
    label = Text("Patch height, if it is not square", "patch_height.label")
    help_text = Text("Rows of a patch, if they differ from its columns.", "patch_height.help")
    return whole(None, label, minimum=1, help=help_text, advanced=True, **details)


def block_pixels() -> Any:
    """Side of the blocks that go to one set of a split."""
    label = Text("Block of the split (pixels)", "block_pixels.label")
    help_text = "Labels are set aside in squares of this side, so that training and validation lie apart."
    return whole(64, label, minimum=2, help=Text(help_text, "block_pixels.help"), advanced=True)


def epochs() -> Any:
    """How long a network is trained."""
    help_text = Text("How often the network sees all training patches.", "epochs.help")
    return whole(100, Text("Epochs", "epochs.label"), minimum=1, help=help_text)


def note() -> Any:
    """A sentence for the report."""
    label, help_text = Text("Note for the report", "note.label"), "For example, how the settings were chosen."
    return text(None, label, help=Text(help_text, "note.help"), several_lines=True, advanced=True)


def device() -> Any:
    """Where TensorFlow computes."""
    help_text = Text("auto, cpu, gpu (all GPUs) or gpu:N (the GPU number N, from 0).", "device.help")
    return text("auto", Text("Device", "device.label"), help=help_text, advanced=True)


def cluster() -> Any:
    """On which processes or machines it is computed."""
    help_text = (
        "local:N computes in N processes of this machine, slurm:N in N jobs of Slurm, tcp://HOST:PORT on the workers "
        "of that Dask scheduler; empty in one process. The result is the same."
    )
    return text("", Text("Cluster", "cluster.label"), help=Text(help_text, "cluster.help"), advanced=True)


def model(**details: Any) -> Any:
    """A model to read."""
    help_text = "A .rlmodel file that RasterLearn wrote. Opening it runs no code, whoever wrote it."
    label, picker = Text("Model", "model.label"), "model_picker.ModelPicker"
    shown = {"label": label, "help": Text(help_text, "model.help"), "files": MODEL, "picker": picker}
    return file_in(**{**shown, **details})


def model_output(**details: Any) -> Any:
    """A model to write."""
    return file_output(Text("Model", "model.label"), MODEL, **details)


def report() -> Any:
    """A page about an accuracy."""
    help_text = "A page with accuracy, confusion matrix and curves; it is listed in the results viewer."
    return page_output(Text("Report", "report.label"), help=Text(help_text, "report.help"))


def patch_stack(label: str, **details: Any) -> Any:
    """A file of patches or of their labels."""
    return file_in(label, GEOTIFF, **details)


def patch_labels(**details: Any) -> Any:
    """The file of the labels of patches."""
    help_text = "The file of labels that “Extract patches” wrote with these patches, in the same order."
    return patch_stack(Text("Patch labels", "patch_labels.label"), help=Text(help_text, "patch_labels.help"), **details)


def more_patches(after: str = "") -> More:
    """The patches of other images around the same points."""
    help_text = "Patches of another image around the same points, in the same order."
    return More(Text("Patches of image {}", "more_patches.label"), Text(help_text, "more_patches.help"), after=after)


def result() -> Any:
    """What a map shows."""
    help_text = "classes, probabilities, confidence, entropy, features of the network, or all that it answers."
    return choice(choices.RESULTS, "classes", Text("Result", "result.label"), help=Text(help_text, "result.help"))


def mode() -> Any:
    """How a network is evaluated."""
    help_text = "dense and patch give the same map; patch is slow and for networks that cannot be made dense."
    label = Text("Evaluation", "mode.label")
    return choice(choices.MODES, "auto", label, help=Text(help_text, "mode.help"), advanced=True)


def border() -> Any:
    """Which pixels near the edge are mapped."""
    help_text = "full mirrors the image at its edge; valid leaves pixels out whose patch is not inside."
    label = Text("Border", "border.label")
    return choice(choices.BORDERS, "full", label, help=Text(help_text, "border.help"), advanced=True)


def block_size() -> Any:
    """Side of the blocks of a map."""
    label = Text("Block size (pixels; 0 for automatic)", "block_size.label")
    help_text = "Side of what is computed at a time. It does not change the map."
    return whole(0, label, minimum=0, help=Text(help_text, "block_size.help"), advanced=True)


def precision() -> Any:
    """The numbers of a map of probabilities or values."""
    help_text = (
        "uint8 stores probabilities in steps of 1/250, in a quarter of the space; target stores values in the type and "
        "scale of the image that they were learned from."
    )
    label = Text("Numbers of probabilities", "precision.label")
    return choice(choices.PRECISIONS, "float32", label, help=Text(help_text, "precision.help"), advanced=True)
