"""Parameters that several algorithms have: the same label, range and help everywhere."""

from __future__ import annotations

from qgis.core import (
    QgsProcessing,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRasterDestination,
    QgsProcessingParameterRasterLayer,
    QgsProcessingParameterString,
    QgsProcessingParameterVectorDestination,
)

from ..host.translation import tr

MAXIMUM_SOURCES = 4


def model_files():
    """The filter of a dialog that opens or saves models."""
    return tr("RasterLearn model (*.rlmodel)")


def geotiff_files():
    """The filter of a dialog that opens or saves stacks."""
    return tr("GeoTIFF (*.tif *.TIF *.tiff)")


def advanced(parameter):
    """Hides a parameter that a newcomer does not need under “Advanced”."""
    flag = getattr(QgsProcessingParameterDefinition, "FlagAdvanced", None)
    if flag is None:  # QGIS 4 knows the scoped name only
        from qgis.core import Qgis

        flag = Qgis.ProcessingParameterFlag.Advanced
    parameter.setFlags(parameter.flags() | flag)
    return parameter


def with_help(parameter, text):
    """Adds the help that the dialog shows beside a parameter."""
    parameter.setHelp(text)
    return parameter


def with_widget(parameter, path):
    """Names the class in gui/ that shows the parameter in dialogs; it is loaded when one opens."""
    parameter.setMetadata({"widget_wrapper": {"class": f"{__package__.split('.')[0]}.gui.{path}"}})
    return parameter


def whole_number(name, label, default, minimum=None, optional=False, help_text="", maximum=None):
    """An integer."""
    parameter = QgsProcessingParameterNumber(
        name,
        label,
        QgsProcessingParameterNumber.Type.Integer,
        default,
        optional,
        -(2**31) if minimum is None else minimum,
        2**31 - 1 if maximum is None else maximum,
    )
    return with_help(parameter, help_text)


def decimal_number(name, label, default, minimum=None, maximum=None, optional=False, help_text=""):
    """A real number."""
    parameter = QgsProcessingParameterNumber(
        name,
        label,
        QgsProcessingParameterNumber.Type.Double,
        default,
        optional,
        -1e300 if minimum is None else minimum,
        1e300 if maximum is None else maximum,
    )
    return with_help(parameter, help_text)


def one_of(name, label, words, default, help_text=""):
    """A choice of words; the word itself is the value."""
    parameter = QgsProcessingParameterEnum(name, label, list(words), False, default, False, True)
    return with_help(parameter, help_text)


def image(name="INPUT", label=None, optional=False, help_text=""):
    """One raster."""
    return with_help(QgsProcessingParameterRasterLayer(name, label or tr("Image"), None, optional), help_text)


def more_images(name="INPUT"):
    """The second to fourth source of a network: name_2, name_3, name_4."""
    return [
        advanced(image(f"{name}_{i}", tr("Image for source {} of the model").format(i), True))
        for i in range(2, MAXIMUM_SOURCES + 1)
    ]


def device():
    """Where TensorFlow computes."""
    parameter = QgsProcessingParameterString("DEVICE", tr("Device"), "auto", False, True)
    return with_help(parameter, tr("auto, cpu, gpu (all GPUs) or gpu:N (the GPU number N, from 0)."))


def images(name="INPUT"):
    """Several rasters whose bands are stacked."""
    parameter = QgsProcessingParameterMultipleLayers(
        name, tr("Images or band files"), QgsProcessing.SourceType.TypeRaster
    )
    return with_help(
        parameter,
        tr(
            "Rasters on the same grid; their bands are stacked in this order. For Sentinel-2, pick the band files of "
            "one pixel size, for example B04, B03, B02 and B08 (10 m), from the IMG_DATA folder of the product."
        ),
    )


def several_rasters(name, label):
    """An optional list of rasters."""
    return QgsProcessingParameterMultipleLayers(name, label, QgsProcessing.SourceType.TypeRaster, None, True)


def several_files(name, label, help_text):
    """An optional list of files."""
    parameter = QgsProcessingParameterMultipleLayers(name, label, QgsProcessing.SourceType.TypeFile, None, True)
    return with_help(parameter, help_text)


def labels():
    """LABELS or LABEL_FEATURES with FIELD: a label raster, or features with a class; exactly one of them is given."""
    return [
        label_raster("LABELS", tr("Labels (raster)")),
        features("LABEL_FEATURES", tr("Labels (features)")),
        class_field("FIELD", "LABEL_FEATURES"),
    ]


def label_raster(name, label):
    """Optional raster of class values."""
    return image(name, label, True, tr("Class values; nodata means not annotated."))


def features(name, label):
    """Optional polygons, lines or points with a class."""
    parameter = QgsProcessingParameterFeatureSource(
        name, label, [QgsProcessing.SourceType.TypeVectorAnyGeometry], None, True
    )
    return with_help(parameter, tr("Give either a raster or features. Features are reprojected where needed."))


def mask():
    """MASK with the values and bits that mean that a pixel cannot be used."""
    return [
        with_help(image("MASK", tr("Mask or quality band")), tr("Band 1 tells which pixels cannot be used.")),
        text(
            "MASK_VALUES",
            tr("Values that mean not usable"),
            tr("Values and ranges of them, such as 2,4,8-10. With neither values nor bits, all but 0."),
        ),
        text(
            "MASK_BITS",
            tr("Bits that mean not usable"),
            tr("Numbers of bits, from 0 for the lowest, and ranges of them, such as 1,3,10-11: any set one means it."),
        ),
    ]


def output_nodata():
    """The nodata value of an output whose image has none."""
    help_text = tr("For images of whole numbers without a nodata value: one that no pixel has.")
    return decimal_number("NODATA", tr("Nodata value"), None, optional=True, help_text=help_text)


def label_image_help():
    """What the image is for where labels are given."""
    return tr("The image that patches will be extracted from: its pixels get the labels found at their centers.")


def label_nodata():
    """The label value of pixels without a label."""
    text = tr("By default the raster's own nodata value.")
    return advanced(
        decimal_number("NODATA", tr("Label value that means not annotated"), None, optional=True, help_text=text)
    )


def class_field(name, parent):
    """The field with the class of each feature."""
    parameter = QgsProcessingParameterField(
        name, tr("Field with the class"), None, parent, QgsProcessingParameterField.DataType.Any, False, True
    )
    return with_help(parameter, tr("Whole numbers, or text: names become classes."))


def points(name, label, optional=False):
    """A point layer."""
    return QgsProcessingParameterFeatureSource(name, label, [QgsProcessing.SourceType.TypeVectorPoint], None, optional)


def point_field(parent, name="FIELD"):
    """The field with the class of each sample point."""
    any_type = QgsProcessingParameterField.DataType.Any
    # optional: qgis_process 3.22 would not use the default of a mandatory field
    return QgsProcessingParameterField(name, tr("Field with the class"), "class", parent, any_type, False, True)


def legend():
    """Names and colors of classes."""
    parameter = QgsProcessingParameterFile(
        "LEGEND", tr("Legend"), QgsProcessingParameterFile.Behavior.File, "", None, True, tr("Legend (*.qml *.csv)")
    )
    text = tr(
        "Names, values and colors of the classes: a QGIS style (.qml) or a table (.csv) with the columns value, name, "
        "color. By default the style of the label layer is used."
    )
    return advanced(with_widget(with_help(parameter, text), "legend_picker.LegendPicker"))


def seed():
    """Start of the random numbers."""
    return whole_number("SEED", tr("Seed"), 0, 0, help_text=tr("The same seed gives the same result."))


def note():
    """A sentence for the report."""
    parameter = QgsProcessingParameterString("NOTE", tr("Note for the report"), "", True, True)
    return advanced(with_help(parameter, tr("For example, how the settings were chosen.")))


def text(name, label, help_text, default=""):
    """An optional line of text."""
    return with_help(QgsProcessingParameterString(name, label, default, False, True), help_text)


def patch_size(help_text=""):
    """Side of a patch."""
    return whole_number("PATCH_SIZE", tr("Patch size (pixels)"), 16, 1, help_text=help_text)


def cluster():
    """On which processes or machines it is computed."""
    return text(
        "CLUSTER",
        tr("Cluster"),
        tr(
            "local:N computes in N processes of this machine, slurm:N in N jobs of Slurm, tcp://HOST:PORT on the "
            "workers of that Dask scheduler; empty in one process. The result is the same."
        ),
    )


def switch(name, label, default):
    """Yes or no."""
    return QgsProcessingParameterBoolean(name, label, default)


def any_file(name, label, help_text):
    """An optional input file of several kinds."""
    behavior = QgsProcessingParameterFile.Behavior.File
    return with_help(QgsProcessingParameterFile(name, label, behavior, "", None, True), help_text)


def stack_file(name, label, optional=False):
    """A stack of patches or labels."""
    behavior = QgsProcessingParameterFile.Behavior.File
    return QgsProcessingParameterFile(name, label, behavior, "", None, optional, geotiff_files())


def model_file(name="MODEL", label=None, optional=False):
    """A model to read."""
    behavior = QgsProcessingParameterFile.Behavior.File
    parameter = QgsProcessingParameterFile(name, label or tr("Model"), behavior, "", None, optional, model_files())
    return with_widget(parameter, "model_picker.ModelPicker")


def model_to_import():
    """A model that another program wrote."""
    behavior = QgsProcessingParameterFile.Behavior.File
    files = tr("SavedModel, Keras network (saved_model.pb *.keras)")
    parameter = QgsProcessingParameterFile("MODEL", tr("Model to import"), behavior, "", None, False, files)
    return with_help(parameter, tr("The file saved_model.pb in the folder of a SavedModel, or a .keras file."))


def network_file(name, label):
    """A model to go on from, or a network that the user built."""
    behavior = QgsProcessingParameterFile.Behavior.File
    files = tr("RasterLearn model, Keras network (*.rlmodel *.keras)")
    parameter = QgsProcessingParameterFile(name, label, behavior, "", None, True, files)
    return with_widget(parameter, "model_picker.ModelPicker")


def folder(name, label, help_text):
    """An optional folder to write to."""
    behavior = QgsProcessingParameterFile.Behavior.Folder
    return with_help(QgsProcessingParameterFile(name, label, behavior, "", None, True), help_text)


def raster_output(name="OUTPUT", label=None):
    """A raster that is loaded into the project."""
    return QgsProcessingParameterRasterDestination(name, label or tr("Map"))


def points_output(name="OUTPUT", label=None, optional=False):
    """A point layer that is loaded into the project."""
    kind = QgsProcessing.SourceType.TypeVectorPoint
    return QgsProcessingParameterVectorDestination(name, label or tr("Points"), kind, None, optional, not optional)


def file_output(name, label, file_filter, optional=False):
    """A file that is not loaded into the project."""
    return QgsProcessingParameterFileDestination(name, label, file_filter, None, optional, not optional)


def folder_output(name, label, help_text, optional=True):
    """A folder that is made."""
    return with_help(QgsProcessingParameterFolderDestination(name, label, None, optional, not optional), help_text)


def model_output(name="OUTPUT"):
    """A model to write."""
    return file_output(name, tr("Model"), model_files())


def report_output():
    """An HTML report."""
    return html_output("REPORT", tr("Report"))


def html_output(name, label):
    """A page that is offered in the results viewer."""
    return QgsProcessingParameterFileDestination(name, label, tr("HTML (*.html)"), None, True, True)


def accuracy_outputs():
    """The numbers that training and judging result in."""
    return [
        QgsProcessingOutputNumber("OVERALL_ACCURACY", tr("Overall accuracy")),
        QgsProcessingOutputNumber("KAPPA", tr("Kappa")),
    ]


def value_outputs():
    """The numbers that judging a map of values results in, over all bands; training has the first three."""
    return [
        QgsProcessingOutputNumber("RMSE", tr("Root mean squared error")),
        QgsProcessingOutputNumber("MAE", tr("Mean absolute error")),
        QgsProcessingOutputNumber("BIAS", tr("Bias")),
        QgsProcessingOutputNumber("PSNR", tr("Peak signal-to-noise ratio (dB)")),
        QgsProcessingOutputNumber("SSIM", tr("Structural similarity")),
        QgsProcessingOutputNumber("SAM", tr("Spectral angle (degrees)")),
    ]
