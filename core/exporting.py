"""A model for other programs: a SavedModel for OTBTF, an ONNX file for Deepness, a STAC item for catalogs.

The SavedModel has the signature `serving_default`. Inputs, all (n, rows, columns, bands) float32, raw pixels:

    source_1, source_2 …    one for each source of the model, in its order

Outputs, all (n, rows, columns, numbers):

    prediction              int32, one number: the classes' own values, as in the map
    probabilities           float32, one number for each class, in the order of the classes' values
    features                float32, the values of the network's layer “features”; only if it has that layer

The file `assets.extra/rasterlearn.json` in the folder of the SavedModel tells what the graph does not:

    format                  1
    version                 of RasterLearn
    fingerprint             of the model
    model                   what model.json of the .rlmodel holds: kind, architecture, classes, sources (bands, pixel
                            size, patch size, normalization, fill) and training. The graph applies the normalization
                            of the sources itself: it is to be shown raw pixels
    evaluation              “dense”: a patch network that answers at every pixel of an image of any size; “image”: a
                            network that does so by itself; “patches”: one answer for each patch, of fixed size
    inputs                  list of {name, bands: count, receptive_field: [columns, rows], margin: [left, top, right,
                            bottom]}; a dense network or an image network answers as many pixels as it is shown, less
                            the margin
    outputs                 list of {name, meaning: classes | probabilities | features, numbers: count}
    expression_field        [columns, rows]: what is answered for a receptive field; [1, 1] but for “image”
    alignment               [columns, rows]: images are to be shown in multiples of this, and shifted by multiples
    scale                   1.0: pixels of the answer per pixel of the first source
    signature               “serving_default”
"""
