"""Parameters that several commands have: the same label, help and range everywhere, translated once.

A command may change one by `but`.
"""

from __future__ import annotations

from . import choices
from .parameter import (
    GEOTIFF,
    MODELS,
    More,
    Parameter,
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

# fmt: off
IMAGE = raster_in("Image", "A raster file that QGIS can read: GeoTIFF, JP2, VRT …", qgis="INPUT")
IMAGES = rasters_in("Images or band files", qgis="INPUT",
    help="Rasters on the same grid; their bands are stacked in this order. For Sentinel-2, pick the band files of one "
    "pixel size, for example B04, B03, B02 and B08 (10 m), from the IMG_DATA folder of the product.")
MORE_IMAGES = More("Image for source {} of the model",
    "For models that take several images, in the model's order. Its pixel size and extent may differ.")
LABELS = raster_in("Labels (raster)", "Class values; nodata means not annotated.", optional=True)
LABEL_FEATURES = features_in("Labels (features)", optional=True,
    help="Give either a raster or features. Features are reprojected where needed.")
CLASS_FIELD = field_of("label_features", "Field with the class", "Whole numbers, or text: each name becomes a class.")
POINT_FIELD = field_of("points", "Field with the class", default="class",
    help="The field with the class value; “class” in layers made by “Select samples”.")
LABELLED_IMAGE = raster_in("Image", optional=True,
    help="The image that patches will be extracted from: its pixels get the labels found at their centers.")
LABEL_NODATA = number(None, "Label value that means not annotated", advanced=True,
    help="By default the raster's own nodata value.")
LEGEND = legend_in("Legend", advanced=True, picker="legend_picker.LegendPicker",
    help="Names, values and colors of the classes: a QGIS style (.qml) or a table (.csv) with the columns value, name, "
    "color. By default the style of the label layer is used.")
MASK = raster_in("Mask or quality band", "Band 1 shows which pixels cannot be used.")
MASK_VALUES = text("", "Values that mean not usable",
    "Values and ranges of values, such as 2,4,8-10. If neither values nor bits are given, all except 0.")
MASK_BITS = text("", "Bits that mean not usable",
    "Bit numbers, from 0 for the lowest, and ranges of them, such as 1,3,10-11: any one that is set is enough.")
OUTPUT_NODATA = number(None, "Nodata value", advanced=True,
    help="For images of whole numbers without a nodata value: a value that no pixel has.")
SEED = whole(0, "Seed", "The same seed gives the same result.", minimum=0, advanced=True)
PATCH_SIZE = whole(16, "Patch size (pixels)", minimum=1,
    help="Side of the square around a point that a network sees at once. 16 suits 10 m pixels.")
PATCH_HEIGHT = whole(None, "Patch height, if not square", minimum=1, advanced=True,
    help="Rows of a patch, if not as many as its columns.")
BLOCK_PIXELS = whole(64, "Block size of the split (pixels)", minimum=2, advanced=True,
    help="Labels are set aside in squares of this size, so that training and validation lie apart.")
EPOCHS = whole(100, "Epochs", "How often the network sees all training patches.", minimum=1)
NOTE = text(None, "Note for the report", several_lines=True, advanced=True,
    help="For example, how the settings were chosen.")
DEVICE = text("auto", "Device", "auto, cpu, gpu (all GPUs) or gpu:N (the GPU number N, from 0).", advanced=True)
CLUSTER = text("", "Cluster", advanced=True,
    help="local:N uses N processes on this machine, slurm:N uses N Slurm jobs, tcp://HOST:PORT the workers of that "
    "Dask scheduler; leave it empty for a single process. The result is the same.")
MODEL = file_in("Model", files=MODELS, picker="model_picker.ModelPicker",
    help="A .rlmodel file written by RasterLearn. Opening it runs no code, wherever it comes from.")
MODEL_OUTPUT = file_output(MODELS, "Model")
REPORT = page_output("Report", "A page with accuracy, confusion matrix and curves; it is listed in the results viewer.")
PATCH_LABELS = file_in("Patch labels", files=GEOTIFF,
    help="The label file written by “Extract patches” with these patches, in the same order.")
MORE_PATCHES = More("Patches of image {}", "Patches of another image around the same points, in the same order.")
RESULT = choice(choices.RESULTS, "classes", "Result")
MODE = choice(choices.MODES, "auto", "Evaluation", advanced=True,
    help="dense and patch give the same map; patch is slow, and meant for networks that cannot be made dense.")
BORDER = choice(choices.BORDERS, "full", "Border", advanced=True,
    help="full mirrors the image at its edge; valid leaves out pixels whose patch is not entirely inside.")
BLOCK_SIZE = whole(0, "Block size (pixels; 0 for automatic)", minimum=0, advanced=True,
    help="Side of the block that is computed at a time. It does not change the map.")
PIXEL_VALUES = choice(choices.PIXEL_VALUES, "recorded", "Values of the images", advanced=True,
    help="recorded: values are converted where an image is recorded with another scale or offset than those learned "
    "from, and the job ends where most are of another kind, such as reflectance for digital numbers. unchanged: they "
    "are taken as they are.")
RECORDED_VALUES = choice(choices.PIXEL_VALUES, "recorded", "Values of the images", advanced=True,
    help="recorded: values are converted where images are recorded with different scales or offsets. unchanged: they "
    "are taken as they are.")
PRECISION = choice(choices.PRECISIONS, "float32", "Number format of the map", advanced=True,
    help="uint8 stores probabilities in steps of 1/250, in a quarter of the space; target stores values in the type "
    "and scale of the image that they were learned from.")
# fmt: on

ACCURACY = {
    "OVERALL_ACCURACY": Text("Overall accuracy", "overall_accuracy"),
    "KAPPA": Text("Kappa", "kappa"),
}
VALUE_ERRORS = {
    "RMSE": Text("Root mean squared error", "rmse"),
    "MAE": Text("Mean absolute error", "mae"),
    "BIAS": Text("Bias", "bias"),
}

globals().update({n: p.keyed(n.lower()) for n, p in globals().items() if isinstance(p, (Parameter, More))})
