"""What a dialog says about parameters that are declared without a help of their own."""

from __future__ import annotations

import re

from ..host.translation import mark, tr

OF_EVERY_ALGORITHM = {
    "LABELS": mark("The file of labels that “Extract patches” wrote with these patches, in the same order."),
    "PATCHES": mark("The file of patches that “Extract patches” wrote."),
    "PATCHES_N": mark("Patches of another image around the same points, in the same order."),
    "INPUT": mark("A raster file that QGIS reads: GeoTIFF, JP2, VRT …"),
    "INPUT_N": mark(
        "For models that look at several images, in the model's order. It may have other pixels and edges."
    ),
    "POINTS": mark("Points with a class, as “Select samples” writes them."),
    "FIELD": mark("The field with the class value; “class” in the layers of “Select samples”."),
    "PATCH_SIZE": mark("Side of the square around a point that a network sees at once. 16 suits 10 m pixels."),
    "PATCH_SIZE_N": mark("By default as many pixels as cover the ground of the first image's patch."),
    "PATCH_HEIGHT": mark("Rows of a patch, if they differ from its columns."),
    "PATCH_HEIGHT_N": mark("Rows of a patch of this image, if they differ from its columns."),
    "BLOCK_PIXELS": mark("Labels are set aside in squares of this side, so that training and validation lie apart."),
    "EPOCHS": mark("How often the network sees all training patches."),
    "SEED": mark("The same seed gives the same result."),
    "MODEL": mark("A .rlmodel file that RasterLearn wrote. Opening it runs no code, whoever wrote it."),
    "REPORT": mark("A page with accuracy, confusion matrix and curves; it is listed in the results viewer."),
    "OUTPUT": mark("Where the result is written, once it is complete."),
    "VALIDATION_PERCENT": mark("Share of the labels that are set aside in blocks to judge with, never to learn from."),
}

OF_ONE_ALGORITHM = {
    "landcover": {
        "COUNT": mark("Points drawn of each class; all classes drop to the smallest one if that has fewer."),
        "METHOD": mark("How bands are scaled. percentile is robust against clouds and bright roofs."),
        "ARCHITECTURE": mark("The network: texture_cnn is the best of them on the demo, patch_cnn the simplest."),
        "OUTPUT": mark("The map: a GeoTIFF with names and colors of the classes."),
        "MODEL": mark("The trained model, with which “Apply a model” maps other images."),
    },
    "maskimage": {
        "BUFFER": mark("So many rows and columns around unusable pixels are masked, too: edges of clouds are thin."),
        "OUTPUT": mark("A .vrt copies nothing and has its mask beside it; a .tif is a copy with nodata."),
    },
    "laygaps": {
        "SEED": mark("Tells which part of the mask, and which mirror image of it, lies where."),
        "OUTPUT": mark("The image with nodata in the gaps."),
        "TRUTH": mark("The values under the gaps; nodata everywhere else."),
    },
    "fillgaps": {
        "SERIES": mark("On the same pixels and with the same bands; clouds in them are nodata, too."),
        "METHOD": mark("linear and nearest take values of the series, image those of one other image."),
        "FILLING": mark("For the method image: an image on the same pixels, with the same bands."),
        "GAP_BAND": mark("A last band “gap” is 1 where a pixel was filled, else 0."),
        "OUTPUT": mark("The image without gaps, but where no other image is clear."),
    },
    "normalize": {
        "METHOD": mark("max: x / maximum, as OTBTF does. percentile: robust against clouds. standard: mean 0."),
        "SCALE": mark("Every value is divided by it; 10000 makes reflectance of Sentinel-2 products."),
        "LOWER": mark("This percentile of each band becomes 0."),
        "UPPER": mark("This percentile of each band becomes 1."),
        "OUTPUT": mark("A .tif holds the scaled values, a .vrt scales whenever it is read and takes no space."),
        "STATISTICS": mark("The scaling as a file, to give another image the same one."),
    },
    "degrade": {
        "FACTOR": mark("How many pixels along each side become one. 2 makes 20 m of 10 m."),
        "OUTPUT": mark("The image with larger pixels, from the same corner."),
    },
    "classstatistics": {
        "OUTPUT": mark("A row for each class: pixels, percent, hectares, features."),
        "PER_FEATURE": mark("A row for each feature: its class and its pixels."),
        "HTML": mark("The same as a page with bars, in the results viewer."),
    },
    "selectsamples": {
        "STRATEGY": mark("constant: as many of each class. total: in all. percent: a share. byclass: by a table."),
        "COUNT": mark("For the strategy constant the points of each class, for total those of all classes together."),
        "PERCENT": mark("For the strategy percent: the share of each class's pixels that is drawn."),
        "SAMPLER": mark("random: anywhere among the labelled pixels. periodic: every n-th of them."),
        "OUTPUT": mark("Points at pixel centers, with class, name, color and set."),
        "VALIDATION": mark("The points that are set aside; without this output they stand in the first one."),
    },
    "gridsamples": {
        "INPUT": mark("The image that the grid is laid over."),
        "STRATEGY": mark("chessboard: two sets like its colors. split: at random. all: one set. balanced: by classes."),
        "TRAINING_PERCENT": mark("For the strategy split; only the relation of the three shares counts."),
        "TEST_PERCENT": mark("For the strategy split: patches for a last test."),
        "OFFSET_X": mark("Column where the grid begins, from 0."),
        "OFFSET_Y": mark("Row where the grid begins, from 0."),
        "OUTPUT": mark("A point on each patch to learn from."),
        "VALIDATION": mark("A point on each patch to judge with."),
        "TEST": mark("A point on each patch for a last test."),
    },
    "extractpatches": {
        "NODATA": mark("A patch with this value in any pixel of any band is rejected. By default nothing is."),
        "OUTPUT": mark("All patches, one below the other, with the bands of the image."),
        "OUTPUT_N": mark("The same for this image; needed if the image is given."),
        "LABELS": mark("The class of each patch, in the same order."),
        "REJECTED": mark("The points without a patch, with the reason."),
    },
    "extractvalues": {
        "MODEL": mark("If given, the values are the deep features that its network sees around a point."),
        "OUTPUT": mark("The points with the fields value_0, value_1 …"),
    },
    "trainmodel": {
        "VALIDATION_PATCHES": mark("Patches to judge with, from other places than those to learn from."),
        "VALIDATION_PATCHES_N": mark("The validation patches of another image, in the same order."),
        "VALIDATION_LABELS": mark("The labels of the validation patches."),
        "ARCHITECTURE": mark("texture_cnn is best on the demo; two_branch sees two pixel sizes, unet label images."),
        "MODEL": mark("A .rlmodel goes on where it ended; a .keras file is a network of your own."),
        "BATCH_SIZE": mark("Patches for each step. Fewer need less memory."),
        "LEARNING_RATE": mark("Size of a step of Adam. Try a tenth if the loss jumps or becomes NaN."),
        "AUGMENT": mark("Flips and turns by 90°, which do not change what is seen from above."),
        "CALIBRATE": mark("Makes probabilities mean what they say, by a temperature found on patches set aside."),
        "VALIDATION_EVERY": mark("The validation set is only looked at; nothing is decided by it."),
        "MIXED_PRECISION": mark("Faster on recent GPUs; ignored on a CPU."),
        "OUTPUT": mark("The model file: network, bands, normalization, classes and colors in one."),
    },
    "trainforest": {
        "SAMPLES": mark("Points with fields of values, as “Extract values” writes them."),
        "VALIDATION": mark("Points to judge with, from other places, with the same fields."),
        "TREES": mark("More trees are steadier and slower; 100 is usual."),
        "MAX_DEPTH": mark("Decisions from the root to a leaf, at most. 0 lets trees grow until leaves are pure."),
        "OUTPUT": mark("The model file: trees, bands, normalization, classes and colors in one."),
    },
    "applymodel": {
        "RESULT": mark("classes, probabilities, confidence, entropy, features of the network, or all that it answers."),
        "EXTENT": mark("By default the whole image."),
        "BOX": mark("Column and row of the upper left pixel in the image, from 0, width and height: 0,0,500,500."),
        "MODE": mark("dense and patch give the same map; patch is slow and for networks that cannot be made dense."),
        "BORDER": mark("full mirrors the image at its edge; valid leaves pixels out whose patch is not inside."),
        "BLOCK_SIZE": mark("Side of what is computed at a time. It does not change the map."),
        "PRECISION": mark(
            "uint8 stores probabilities in steps of 1/250, in a quarter of the space; target stores values in the type "
            "and scale of the image that they were learned from."
        ),
        "RESUME": mark("Keeps what is finished beside the map, and goes on from there."),
        "DRY_RUN": mark("Tells size and time, and writes nothing."),
        "OUTPUT": mark(
            "A GeoTIFF on the grid of the first image; a map of classes has their names and colors. Named .vrt: a "
            "virtual raster of tiles in a folder beside it, for very large maps."
        ),
    },
    "applymodelbatch": {
        "INPUTS": mark("Rasters of any sizes and places, each of which becomes a map."),
        "RESULT": mark("classes, probabilities, confidence, entropy, features of the network, or all that it answers."),
        "MODE": mark("dense and patch give the same map; patch is slow and for networks that cannot be made dense."),
        "BORDER": mark("full mirrors the image at its edge; valid leaves pixels out whose patch is not inside."),
        "BLOCK_SIZE": mark("Side of what is computed at a time. It does not change the map."),
        "PRECISION": mark(
            "uint8 stores probabilities in steps of 1/250, in a quarter of the space; target stores values in the type "
            "and scale of the image that they were learned from."
        ),
        "RESUME": mark("Maps of the same model and settings, not older than their image, are not made again."),
        "OUTPUT_TABLE": mark("A row for each image: its map, what became of it, seconds, and why it failed."),
    },
    "exportmodel": {
        "ONNX": mark("One file, with the metadata that the plugin Deepness reads."),
        "STAC": mark("A JSON file that describes the model for a catalog (extension MLM)."),
    },
    "accuracy": {
        "MAP": mark("A raster of class values, or of continuous values."),
        "REFERENCE": mark(
            "Class values, where nodata means not annotated; or true values, with the bands and on the pixels of the "
            "map. Give either a raster or features."
        ),
        "KIND": mark(
            "auto: values if the map says so of itself, has several bands, or is of real numbers as the reference is; "
            "else classes."
        ),
        "MASK": mark("Only pixels where this raster is neither 0 nor nodata are judged, such as those under a cloud."),
        "MATRIX": mark("Rows are the reference, columns the map. Of a map of values: a row of numbers for each band."),
    },
    "comparemodels": {
        "MAPS": mark("Maps of the same place; only pixels that all of them have are compared."),
        "PATCHES": mark("Patches that none of the models was trained on."),
        "OUTPUT": mark("A row for each map or model, with intervals."),
        "PAIRS": mark("A row for each pair: the difference, its interval, and McNemar's test."),
    },
    "importmodel": {
        "RECEPTIVE_FIELD": mark("Side of the patch that an answer depends on; compared with what is found."),
        "RECEPTIVE_FIELD_N": mark("The same for this source."),
        "EXPRESSION_FIELD": mark("How many cells, side by side, the graph answers a patch with."),
        "SCALE": mark("4 makes a map with pixels four times as large, 0.5 one with pixels half as large."),
        "OUTPUT": mark("The model for “Apply a model”. Without it, the log only lists what is in the file."),
    },
    "setupengine": {
        "DEVICE": mark("auto adds GPU support where an NVIDIA driver is found on Linux."),
        "REMOVE": mark("Deletes the environment instead. Models and maps stay."),
    },
}  # fmt: skip


def help_of(algorithm, name):
    """The text about a parameter, in the user's language; empty if there is none."""
    numbered = re.sub(r"_[234]$", "_N", name)
    for texts in (OF_ONE_ALGORITHM.get(algorithm, {}), OF_EVERY_ALGORITHM):
        if numbered in texts:
            return tr(texts[numbered])
    return ""
