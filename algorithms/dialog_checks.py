"""What the dialog of each algorithm checks before anything runs; see `checks`. Names are those of QGIS."""

from __future__ import annotations

from . import checks


def _accuracy(given):
    if given.word("KIND") == "values":
        checks.reference_of_values(given, "MAP", "REFERENCE", "REFERENCE_FEATURES")
    else:
        checks.labels(given, "REFERENCE", "REFERENCE_FEATURES", given.layer("MAP"))


def _apply_model(given):
    layers = given.layers("INPUT")
    card = checks.images_suit_model(given.file("MODEL"), layers)
    checks.comparable_positions(layers)
    if not (given.has("EXTENT") or given.has("BOX") or given.boolean("DRY_RUN")):
        bands = {"classes": len(card.values) or 0.125, "probabilities": len(card.classes)}.get(given.word("RESULT"), 1)
        checks.disk_has_room(given.output("OUTPUT"), int(checks.BYTES_OF_FLOAT * bands * checks.pixels_of(layers[0])))


def _apply_model_batch(given):
    checks.exactly_one(given, ("INPUTS", "IMAGE_SET", "FOLDER"))
    checks.readable_model(given.file("MODEL"))


def _class_statistics(given):
    checks.labels(given, "LABELS", "LABEL_FEATURES", given.layer("IMAGE"))


def _extract_patches(given):
    size = given.integer("PATCH_SIZE")
    checks.image_holds_patch(given.layer("INPUT"), size, given.integer("PATCH_HEIGHT") or size)
    if given.has("IMAGE_SET"):
        checks.none_of(given, "IMAGE_SET", ("INPUT_2", "INPUT_3", "INPUT_4", "LABEL_IMAGE", "TARGET_IMAGE"))


def _land_cover(given):
    layers = given.layers("INPUT")
    checks.same_grid(layers)
    checks.labels(given, "LABELS", "LABEL_FEATURES", layers[0])
    if given.has("VALIDATION_LABELS") or given.has("VALIDATION_FEATURES"):
        checks.labels(given, "VALIDATION_LABELS", "VALIDATION_FEATURES", layers[0])
    size, architecture = given.integer("PATCH_SIZE"), given.word("ARCHITECTURE")
    checks.patch_size_suits(architecture, [size])
    checks.image_holds_patch(layers[0], size, size)
    checks.disk_has_room(given.output("OUTPUT"), checks.pixels_of(layers[0]) // 2)


def _mask_image(given):
    checks.comparable_positions([given.layer("INPUT"), given.layer("MASK")])


def _normalize(given):
    layers = given.layers("INPUT")
    checks.same_grid(layers)
    output = given.output("OUTPUT")
    if not output.lower().endswith(".vrt"):
        bands = sum(layer.bandCount() for layer in layers)
        checks.disk_has_room(output, checks.BYTES_OF_FLOAT * bands * checks.pixels_of(layers[0]))


def _select_samples(given):
    image, size = given.layer("IMAGE"), given.integer("PATCH_SIZE")
    checks.labels(given, "LABELS", "LABEL_FEATURES", image)
    if image is not None:
        checks.image_holds_patch(image, size, given.integer("PATCH_HEIGHT") or size)


def _train_model(given):
    if given.file("MODEL"):
        return
    widths = [checks.stack_width(path) for path in given.files("PATCHES")]
    if None not in widths:
        checks.patch_size_suits(given.word("ARCHITECTURE"), widths)


CHECKS = {
    "accuracy": _accuracy,
    "applymodel": _apply_model,
    "applymodelbatch": _apply_model_batch,
    "classstatistics": _class_statistics,
    "extractpatches": _extract_patches,
    "landcover": _land_cover,
    "maskimage": _mask_image,
    "normalize": _normalize,
    "selectsamples": _select_samples,
    "trainmodel": _train_model,
}
