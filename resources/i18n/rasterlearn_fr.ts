<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="fr" sourcelanguage="en">
<context>
    <name>RasterLearn</name>
    <message>
        <source>Accuracy of a map</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mapping</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compares a land-cover map with reference labels and reports overall accuracy, kappa, macro-F1, mean IoU, precision, recall, F1 and IoU of each class, and the confusion matrix.

Every labelled pixel of the reference counts once. Rows of the matrix are the reference, columns the map. Use labels that the model was not trained on.

The 95 % intervals are a bootstrap over spatial blocks of the map, as neighboring pixels resemble each other. The report also corrects the areas of the classes for the errors of the map (Olofsson et al. 2014), which is right if the labels are a random sample of each mapped class.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Map</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reference labels (raster)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reference labels (features)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Confusion matrix</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>CSV (*.csv)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Apply a model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Maps a whole image with a network, a Random Forest, or a forest on a network&apos;s features, block by block.

A network trained on patches is evaluated at every pixel at the cost of plain convolutions (dense); the result is the same as patch by patch, and many times faster. Raw images are normalized as the model&apos;s training image was.

A model with several sources needs one image for each, in the model&apos;s order; the first one defines the grid of the map, the others may have other pixel sizes and extents. Where a network answers with an image instead of one class, blocks overlap as far as its geometry demands, so that no seams appear. What a forest was trained on besides values – statistics of neighborhoods, deep features – is computed along with the map.

Result: classes (with names and colors), probabilities (one band per class), confidence (the largest probability), entropy (0 certain … 1 undecided), features (the values of the network&apos;s layer “features”), or values (all that the model answers, one band each). Border: full maps every pixel, with the image mirrored at its edge; valid maps only pixels whose patch lies inside the image, as OTBTF does. A pixel that is nodata in any band is nodata in the map; nodata elsewhere in a patch is replaced by the mean of the training data.

Resume keeps what is finished in a folder beside the map and goes on from there after a crash; it is deleted when the map is complete. Dry run tells the size of the map and an estimate of the time, and writes nothing.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Part of the image, in pixels (x,y,width,height)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Raw or normalized, with the bands that the model learned from.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Result</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Part of the image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Evaluation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Border</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Block size (pixels; 0 for automatic)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Numbers of probabilities</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume after a crash</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dry run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{} is missing, but {}_2 … is given.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{} is missing: images for sources must follow each other.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{}: no image could be loaded. Expected raster files, received {}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{} is missing: patches must follow each other.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{}: the layer {} could not be loaded. Expected a vector layer or file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{}: the image “{}” cannot be loaded. Expected a raster file that QGIS reads (GeoTIFF, JP2, VRT …).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{}: the layer “{}” comes from the provider “{}”; expected a raster file. Export it first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Class statistics</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Samples</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Counts how many pixels each class of a label raster or of features covers, before samples are drawn.

A polygon covers the pixels of the image whose centers are inside, a line those that it crosses, a point the one it lies in. Where features overlap, a pixel counts for each of them (as in OTB&apos;s PolygonClassStatistics), and the page tells how many pixels lie in features of different classes.

The table has a row for each class: pixels, percent, hectares (where the coordinate system has meters) and, for features, their number and median size. A second table has a row for each feature.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Table of classes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Table of features</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Page</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Number of classes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Number of labelled pixels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compare maps or models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Judges several maps on the same reference labels, or several models on the same patches, and tells whether they differ.

For maps, give MAPS and a reference. Only labelled pixels that all maps have are counted. For models, give MODELS with patches and their labels that none of them was trained on; stacks of several images must be cut around the same points. Networks see their patch around the center, forests the center pixel.

The table has overall accuracy, kappa, macro-F1 and mean IoU of each with 95 % intervals, which are a bootstrap over spatial blocks. The report and the table of pairs have the difference of each two with its interval, and McNemar&apos;s test with p values adjusted for the number of pairs (Holm).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Maps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Models, instead of maps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Files *.rlmodel.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Patches to judge the models on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Patches of image {}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Patch labels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Table</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Table of pairs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Number of samples</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Number of pixels that are not on all maps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the setting {}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the variable {}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine&apos;s Python “{}”, named by {}, does not exist. Correct or remove it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine is not set up yet: expected its Python environment in “{}”. Run “Set up the engine” (rasterlearn:setupengine) once; it downloads TensorFlow and scikit-learn.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>QGIS&apos;s Python was not found; looked for {}. Name a Python with GDAL and TensorFlow in {}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>TensorFlow has no package for Python {}.{} (up to {}.{}). Name an older Python in {}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>TensorFlow has no GPU package for {} on {}. On Windows, install it in WSL2 and name that Python in {}; or choose DEVICE=cpu.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export a model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Exchange</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Writes a model in the formats of other programs. Give at least one output.

SavedModel: a folder that OTBTF&apos;s TensorflowModelServe runs. A patch network is written densely, so that it answers at every pixel of an image of any size; the log tells receptive and expression field. ONNX: a file for the QGIS plugin Deepness, which finds classes, resolution, tiles and overlap in it. STAC: an item that describes the model in a catalog, with the extension MLM; it refers to the model and to what is exported in the same run.

All of them are shown raw pixels: the normalization that the model recorded is part of what is exported, and the classes are those of “Apply a model”. A Random Forest can only be described. docs/exchange.md tells the rest.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A new or empty folder, or one with an older SavedModel, which is replaced.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SavedModel for OTBTF</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ONNX file for Deepness</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ONNX (*.onnx)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>STAC item</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>STAC item (*.json)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Extract patches</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cuts a patch of each image around each sample point.

The patches are stacked in one file for each image, from top to bottom, and the labels in another one: the layout of OTBTF&apos;s PatchesExtraction. A patch of 16 × 16 reaches 8 pixels to the left and 7 to the right of the pixel that holds its point, likewise up and down.

Up to four images may have different pixel sizes, places and coordinate systems; by default their patches cover the same ground as those of the first one. All stacks have the same order.

Labels are the classes of the points or, with a label image, patches of it (for networks that answer with an image).

Points whose patch leaves an image, touches nodata, or has no labelled pixel are rejected; they can be written with the reason.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sample points</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Patch height, if it is not square</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Image {}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Patch size of image {}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Patch height of image {}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pixel value that rejects a patch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Label image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its patches become the labels, instead of the field.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Patches</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rejected points</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Number of patches</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Number of rejected points</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Extract values</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Adds the pixel value of each band to sample points, as the fields value_0, value_1 …

With a model, the values are its deep features for the patch around each point instead: those that “Apply model” maps with RESULT=features. Models of several sources need an image for each.

With a neighborhood, the values of the bands are followed by the mean and the standard deviation of each band in a window around the point: value_N … for N bands. A forest trained on them knows texture; “Apply a model” computes the same numbers for every pixel. Points with nodata in their window are left out; in maps, nodata in a window is replaced by the mean of the training data. Beyond its edge the image is mirrored.

Points outside the image or on nodata are left out. The layer remembers which bands and which normalization its values come from.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model, for its deep features</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Neighborhood (pixels; 0 for none)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Side of a window; mean and standard deviation of each band in it become values, too.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Samples with values</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Number of points</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select patches on a grid</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Puts a point on each patch of a regular grid over the image and deals the patches out to training, validation and test. “Extract patches” with the same patch size cuts exactly these patches.

Strategy: chessboard (training and validation like the colors of a chessboard), split (at random, by percentages), all (everything is for training), balanced (so many patches that their label pixels are spread over the classes as evenly as possible, then as chessboard).

Patches lie wholly inside the image; those with a nodata pixel are left out. With the step as large as the patch, patches neither overlap nor leave gaps. With a smaller step, patches of different sets overlap.

The points carry their set and their place in the grid and, with labels, the label&apos;s value (class), name and color at the point. Sets without an output of their own are written to the first one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Step (pixels)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>From one patch to the next. By default the patch size.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Strategy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Labels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Class values on the pixels of the image; nodata means not annotated. Needed to balance.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nodata value of the image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>By default the image&apos;s own.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training share of a split (percent)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Validation share of a split (percent)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Test share of a split (percent)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Balanced: number of patches</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>0 takes half of the patches that have labels.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Balanced: part of the patches spread evenly over the image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>0 … 1. The others are chosen for the classes that are lacking.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>First patch: column</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>First patch: row</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training samples</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Validation samples</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Test samples</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Number of training samples</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Number of validation samples</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Number of test samples</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import a model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Makes a RasterLearn model of a TensorFlow SavedModel (of OTBTF, of TensorFlow 1 or 2, of Keras) or of a Keras network (.keras).

Without an output, the log lists what is in the model: its signatures and the names of its tensors. Then choose the inputs (one for each image) and outputs; the first output decides about classes, and “Apply a model” with the result “values” writes all of them. Names are those of the signature, of tensors (x:0) or of nodes (x). What is left empty is taken from the signature.

How large a patch the model needs (receptive field), how many cells it answers with (expression field) and how far apart these are (scale) is found out by showing it images. What you give is compared with that. A network whose own answers are 4 pixels apart is mapped fully convolutionally with scale 4, and patch by patch with scale 1.

To train a TensorFlow 1 graph further by its own training operation, name that (targets, such as optimizer) and the tensor of the labels (such as y). Placeholders get values like “lr=0.0002 is_training=false”.

No code of the model runs: only operations known to compute numbers from numbers are allowed, everything else is refused by name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Receptive field of source {} (pixels; 0 to find it)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An image of the kind that the model is for</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Names the bands and tells the pixel size and normalization that the model expects.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Input tensors</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One for each image.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Output tensors</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The first one decides about classes.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Receptive field (pixels; 0 to find it)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Expression field (cells; 0 to find it)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pixels of the image per pixel of the map (0 to find it)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the first output says</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>scores or probabilities of the classes, class values, or other values.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Signature</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Of those in the model; empty for the usual one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Placeholders</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Values of other tensors, like “is_training=false”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training operations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For going on with the training, such as optimizer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tensor of the labels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For training, such as y.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Placeholders while training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Like “lr=0.0002 is_training=true”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Receptive field</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Expression field</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scale</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Land-cover map from images and labels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Does everything in one go: normalizes the bands, selects samples, extracts patches, trains a network, judges it, and maps the whole image.

Give the images (all on one grid) and labels, as a raster or as features with a class field. For an honest accuracy, give separate validation labels (with the same field), or let a share of the labels be set aside in blocks. Pixels in features of different classes are left out.

The single steps are algorithms of their own, for more control.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Validation labels (raster)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Validation labels (features)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Or validation share (percent)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Share of the labels set aside for validation where there are no validation labels.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Samples per class</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Epochs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Normalization</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Block of the split (pixels)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Architecture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Land-cover map</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Normalize and stack bands</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Data preparation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stacks the bands of one or several images and scales each of them.

Method: max (x / maximum, as in the OTBTF tutorial), minmax (to 0 … 1), percentile (lower to 0, upper to 1; robust against clouds), standard (mean 0, standard deviation 1), scale (x / a constant). The image is read once. Percentiles are exact for integers of up to 16 bits, else within 0.05 % of the value.

An output named .vrt scales on the fly and takes no space. The image remembers its scaling; models learn it from there and apply it to raw images by themselves.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Method</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Constant of the method “scale”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lower percentile</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Upper percentile</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Statistics from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A normalized image or a statistics file: its scaling is used instead of a new one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Normalized image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Statistics</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>JSON (*.json)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>RasterLearn model (*.rlmodel)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>GeoTIFF (*.tif *.TIF *.tiff)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Image for source {} of the model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Device</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>auto, cpu, gpu (all GPUs) or gpu:N (the GPU number N, from 0).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images or band files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rasters on the same grid; their bands are stacked in this order. For Sentinel-2, pick the band files of one pixel size, for example B04, B03, B02 and B08 (10 m), from the IMG_DATA folder of the product.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Labels (raster)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Labels (features)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Class values; nodata means not annotated.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give either a raster or features. Features are reprojected where needed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The image that patches will be extracted from: its pixels get the labels found at their centers.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>By default the raster&apos;s own nodata value.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Label value that means not annotated</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Field with the class</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Whole numbers, or text: names become classes.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Legend</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Legend (*.qml *.csv)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Names, values and colors of the classes: a QGIS style (.qml) or a table (.csv) with the columns value, name, color. By default the style of the label layer is used.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Seed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The same seed gives the same result.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Note for the report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For example, how the settings were chosen.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Patch size (pixels)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SavedModel, Keras network (saved_model.pb *.keras)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model to import</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file saved_model.pb in the folder of a SavedModel, or a .keras file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>RasterLearn model, Keras network (*.rlmodel *.keras)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Points</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>HTML (*.html)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Overall accuracy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kappa</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The job was cancelled. No output was written.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine stopped unexpectedly (exit code {}). {} Run “Set up the engine” if this happens again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select samples</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Draws sample points of each class from a label raster or from polygons, lines or points.

Strategy: constant (so many of each class; all classes drop to the smallest one if that has fewer), total (so many in all, in proportion to the labels), percent (a share of each class), byclass (a table says how many of each), smallest (as many of each class as the smallest has), all.

Points lie at pixel centers of the image, so far from its border that a patch around them fits. A label raster on another grid or in another coordinate system is laid over the image; features are reprojected. Where features overlap, a pixel may be drawn for each of them, or it is left out where their classes differ; the log tells how many such pixels there are.

With a validation share, or with folds for a cross-validation, whole square blocks go to one set, and no patch of one set overlaps a patch of another; each set gets its share of every class as far as the blocks allow. The log tells how near the sets come to each other.

The points carry the label&apos;s own value (class), its name and color, and the set they belong to.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Count (constant: per class; total: in all)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Share of each class in percent (percent)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Table of counts (byclass)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A csv with two columns: the class, as its value or its name, and the number of samples.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keeps the points so far from the border that patches of this size fit.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Validation share (percent)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folds for a cross-validation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The field fold tells the part of each point, from 1; 0 for none.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sampler</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pixels in several features</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>each: counts for each feature, as in OTB. skip: left out where their classes differ.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set up the engine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Engine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Creates the Python environment in which RasterLearn trains and maps, and checks it. QGIS itself stays as it is.

The environment lies in your QGIS profile. The first time, about 0.5 GB are downloaded from PyPI (1.6 GB on disk; with GPU support about 3 and 8 GB). Running it again checks the environment, and creates it anew if the requirements or QGIS&apos;s Python changed or the check fails.

Device: auto adds GPU support where an NVIDIA driver is found on Linux; cpu never does; gpu insists on it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine&apos;s Python</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>TensorFlow version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Devices</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The environment in “{}” is up to date.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{}: {}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Creating a Python environment in “{}” with {}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Installing {}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The set-up was cancelled. Everything is as it was before.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The set-up failed at “{}”: {}
Check the internet connection (or the proxy in HTTPS_PROXY) and the free disk space; on Debian and Ubuntu the package python3-venv is needed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine needs about {} GB in “{}”, but only {:.1f} GB are free.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train a Random Forest</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Learning</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Trains a Random Forest on sample points with pixel values and judges it on a second layer of points.

“Extract values” makes such points. If it was given a model, the values are deep features of its network: give the same model here, and the model file will hold both, network and forest, and map images in one pass.

Tuning tries depths, samples per leaf and features per split, and takes those with the largest mean kappa in parts of the training samples that lie apart in space from those learned from. The validation samples are never looked at for this, so their accuracy stays honest. A maximum depth that is given is kept.

The forest is stored as plain numbers, readable whatever version of scikit-learn is installed; “Apply a model” maps with it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Features</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fields to learn from, in the order of the image&apos;s bands; by default value_0, value_1 …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Validation samples with values</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Number of trees</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Maximum depth (0 for unlimited)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose the settings of the trees by cross-validation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tries depths, samples per leaf and features per split. Takes about 70 times as long.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model whose deep features the values are</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For samples that “Extract values” made with MODEL: the same model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train a network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Trains a neural network on patches and judges it on a second set of patches.

Architectures for patches with one class each: texture_cnn (the default choice for maps), patch_cnn, patch_fcn (models 1 and 2 of the OTBTF tutorial), two_branch (its model 3: patches of two images, the finer one first). For patches of a label image (“Extract patches” with LABEL_IMAGE): segmentation (its model 4, 64 × 64 pixels) and unet. Instead of an architecture, training can go on from a model, or from a Keras network of your own (.keras) with one input for each image.

The validation set is only judged: it influences neither the weights nor when training stops. With patience, a fifth of the training patches is set aside for that, in blocks of the image.

The report shows the learning curves, confusion matrix, overall accuracy and kappa. The model file carries bands, normalization, classes and colors; “Apply a model” needs nothing else.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Validation patches</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Validation labels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Validation patches of image {}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go on from this model or Keras network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Placeholders of an imported graph</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Values for its training operation, like “lr=0.0002”; others are those of its import.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Batch size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Learning rate schedule</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>cosine lets the rate fall to a hundredth until the last epoch, constant keeps it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Weight decay</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shrinks weights a little in each step (AdamW), against learning by heart.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Patience (epochs; 0 trains all)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stops when the loss on a fifth of the training patches, which is set aside in blocks of the image, has not fallen for so many epochs, and keeps the best weights.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Class weights</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>balanced: rare classes count more; sampling: they are shown more often.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mirror and turn patches at random</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Band noise</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Makes each band of a patch brighter or darker at random, by this share of the band&apos;s standard deviation, so that the network relies less on exact brightness.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Calibrate probabilities on patches set aside</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Epochs between looks at the validation set (0: ten looks)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Threads (0: the fastest number, by timing)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The same number gives the same weights again; the report tells it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compute in 16 bits on a GPU</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder for TensorBoard</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Curves of loss, accuracy and kappa.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set up the engine …</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
