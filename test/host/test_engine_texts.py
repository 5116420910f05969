"""What the engine says is shown in French: the templates of its messages, and of those within them."""

import string

import numpy as np
import pytest
from qgis.core import QgsProcessingException

from rasterlearn.algorithms import checks
from rasterlearn.core.base.errors import InputError, ModelFileError, OutputError
from rasterlearn.core.base.messages import Message
from rasterlearn.core.base.progress import JsonLines, Progress
from rasterlearn.host.engine_texts import translated
from rasterlearn.host.process import EventReader
from rasterlearn.jobs.naming import QGIS, naming

# Templates that are the same in French.
SAME = {
    "classes", "image {number}", "pixels", "test {count}", "validation", "validation {count}",
    "{hours} h {minutes:02d} min", "{minutes} min {seconds:02d} s", "{name} ({dtype}, {sides: × })", "{seconds} s",
    "{width} × {height} pixels", "{width:g} × {height:g}", "{width:.4g} × {height:.4g} m",
    "{gain:.12g} · x {bias:+.12g}",
}  # fmt: skip


def filled(script, template):
    """A message with sample values, and what these look like in a sentence."""
    values, shown = {}, []
    for number, (_, field, form, _) in enumerate(string.Formatter().parse(template)):
        if field == "p":
            shown.append(naming(QGIS).shown(form))
        elif field:
            is_number = form and script.NUMBER.fullmatch(form)
            value = values.setdefault(field, number + 3 if is_number else f"{{{number}}} %s.tif")
            shown.append(format(value, form) if is_number else value)
    return Message(template, **values), shown


@pytest.fixture
def templates(script):
    """What the engine can say."""
    return script.sources()[script.ENGINE_CONTEXT]


def test_templates_are_found_in_code(script):
    source = '''
"""Not sent, as it is a docstring."""
REASONS = (Message("outside {layer}"), None)

class BlueError(InputError):
    pass


def f(self, progress, message):
    what = Message("the layer {name}", name=f"{self.name!r}")
    progress.report(0.5)
    progress.report(0.5, "counting")
    progress.report(0.5, message)
    progress.info("{count} patches. " "Rejected: {rejected:; }.", count=3, rejected=REASONS)
    progress.warning(self.summary())
    self.progress.warning(self.texts[0])
    raise BlueError("“{name}” is blue: {reason}. Give {p:mode=auto}.", name="a", reason=what) from error
'''
    assert "InputError" in script.errors_of(["class InputError(RasterLearnError, ValueError): pass"])
    errors = script.errors_of(["class InputError(RasterLearnError, ValueError): pass", source])
    assert set(script.templates_of(source, "a.py", errors)) == {
        "outside {layer}",
        "the layer {name}",
        "counting",
        "{count} patches. Rejected: {rejected:; }.",
        "“{name}” is blue: {reason}. Give {p:mode=auto}.",
    }


@pytest.mark.parametrize(
    "source",
    [
        'raise InputError(f"{name} is broken.")',
        'raise InputError("a" + name)',
        'Message("{} is broken".format(name))',
        'progress.info(", ".join(names))',
        'progress.warning("a" if late else "b")',
        'progress.report(0.5, f"epoch {epoch}")',
    ],
)
def test_what_is_put_together_as_it_runs_is_refused_by_name(script, source):
    with pytest.raises(ValueError, match=r"a\.py, line 2: .*cannot be translated.*plain text, with {name}"):
        list(script.templates_of("\n" + source, "a.py", {"InputError"}))


def test_every_sentence_is_french_with_its_values(script, templates, french):
    english = set()
    for template in templates:
        message, values = filled(script, template)
        shown = translated(message)
        for value in values:
            assert value in shown or value.rstrip(".") in shown, template
        if shown == message.text(naming(QGIS)):
            english.add(template)
    assert english == SAME


@pytest.mark.parametrize("text", ["", "Something that nobody wrote.", "training", "{} {0} {name}", "a\nb; c, d"])
def test_what_is_not_known_stays_as_it_is(french, text):
    assert translated(Message("{text}", text=text)) == text
    assert translated(Message("Nobody says {text}.", text=text)) == f"Nobody says {text}."


def missing_file(path):
    """The error for a file that is not there."""
    with pytest.raises(OSError) as missing:
        open(path)  # noqa: SIM115 - there is none
    return missing.value


@pytest.mark.parametrize(
    ("message", "french_text"),
    [
        # the reason is a message within another error
        (
            ModelFileError("The forest in the model file is damaged: {reason}. Train the model again.",
                           reason=ValueError(Message("too many trees"))).message,
            "La forêt dans le fichier du modèle est endommagée : trop d'arbres. Entraînez à nouveau le modèle.",
        ),
        # a reason that is a sentence without its full stop, and has a reason itself
        (
            Message("The description in “{name}” is damaged: {reason:part}. Train the model again.", name="m",
                    reason=InputError("The description of a source is malformed: {reason:part}. The file was not "
                                      "written by RasterLearn.",
                                      reason=Message("{what} must be a whole number from {lowest} to {highest}, "
                                                     "received {value}", what=Message("the width of a patch"),
                                                     lowest=1, highest=9, value="10"))),
            "La description dans « m » est endommagée : La description d'une source est mal formée : la largeur d'une "
            "imagette doit être un nombre entier de 1 à 9 ; reçu : 10. Le fichier n'a pas été écrit par RasterLearn. "
            "Entraînez à nouveau le modèle.",
        ),
        # a part that begins the sentence here
        (
            Message("{what:capital} would unpack {packed} bytes to {unpacked}. Real models do not; do not use this "
                    "file.", what=Message("the network in the model file"), packed=9, unpacked=99),
            "Le réseau dans le fichier du modèle : décompresser ces 9 octets en donnerait 99. Ce n'est jamais le cas "
            "d'un vrai modèle ; n'utilisez pas ce fichier.",
        ),
        # a list of reasons
        (
            Message("{count} patches. Rejected: {rejected:; }.", count=7, rejected=[
                Message("{count} because {reason}", count=2, reason=Message("outside {layer}",
                                                                            layer=Message("the image"))),
                Message("{count} because {reason}", count=1, reason=Message("the patch touches nodata in {layer}",
                                                                            layer=Message("image {number}", number=2))),
            ]),
            "7 imagettes. Rejets : 2 parce que : hors de l'image ; 1 parce que : l'imagette touche des pixels nodata "
            "dans image 2.",
        ),
        # names are left alone, those in a list as well
        (Message("“{points}” has no points. Expected a layer of sample points.", points="training"),
         "« training » n'a pas de points. Attendu : une couche de points d'échantillonnage."),
        (Message("Classes: {classes}.", classes=["1 yes", "2 unlimited", "no"]),
         "Classes : 1 yes, 2 unlimited, no."),
        (Message("The images “{images:”, “}” have no area in common. Give images of the same place.",
                 images=["a", "b"]),
         "Les images « a », « b » n'ont aucune emprise commune. Indiquez des images du même endroit."),
        # what the system and GDAL say
        (Message("Could not write {paths}: {reason}. Make free space on the disk, or choose another folder.",
                 paths=["a.tif"], reason="No space left on device"),
         "Impossible d'écrire a.tif : le disque est plein. Libérez de l'espace sur le disque, ou choisissez un autre "
         "dossier."),
        (Message("The job file “{path}” cannot be read: {reason}. Expected a JSON file.", path="j",
                 reason=missing_file("/no/j")),
         "Le fichier du traitement « j » ne peut pas être lu : aucun fichier ni dossier de ce nom (erreur 2) : "
         "'/no/j'. Attendu : un fichier JSON."),
        (OutputError("The image “{path}” cannot be opened: {reason:part}. Expected a raster file that GDAL reads "
                     "(GeoTIFF, JP2, VRT …).", path="a", reason=RuntimeError("a: No such file or directory")).message,
         "L'image « a » ne peut pas être ouverte : a : aucun fichier ni dossier de ce nom. Attendu : un fichier raster "
         "lisible par GDAL (GeoTIFF, JP2, VRT …)."),
        # parameters are named as in the dialog
        (Message("Give {p:extent} or {p:box}, not both."), "Indiquez EXTENT ou BOX, pas les deux."),
    ],
)  # fmt: skip
def test_messages_within_messages(french, message, french_text):
    assert translated(message).replace("\u00a0", " ") == french_text


def test_parameters_are_named_as_in_the_dialog_of_the_command(french):
    message = Message("Give the image ({p:image}) whose pixels the features are laid over.")
    assert "(IMAGE)" in translated(message, "selectsamples")
    assert "(INPUT)" in translated(message, "fillgaps")


def test_events_are_shown_in_french(french, feedback):
    class Stream:
        write, flush = staticmethod(EventReader(feedback)), staticmethod(lambda: None)

    progress = Progress(JsonLines(Stream))
    progress.info("Loading TensorFlow …")
    progress.warning("{p:mixed_precision} needs a GPU; the network is trained in 32 bits.")
    scores = {"loss": 0.5, "accuracy": 0.75, "kappa": 0.5}
    judged = {f"validation_{name}": value for name, value in scores.items()}
    progress.epoch(epoch=2, epochs=10, **scores, **judged, seconds_left=75)
    assert feedback.infos == [
        "Chargement de TensorFlow …",
        "époque 2/10  perte 0.5000  exactitude 0.750  indice kappa 0.500  "
        "validation\u00a0: perte 0.5000  exactitude 0.750  indice kappa 0.500  encore 1 min 15 s",
    ]
    assert feedback.warnings[0].startswith("MIXED_PRECISION exige")


def test_a_refusal_of_the_engine_is_french(french, refusal, make_raster, tmp_path):
    first = make_raster("first.tif", np.zeros((8, 8), np.uint8))
    other = make_raster("other.tif", np.zeros((8, 8), np.uint8), origin=(500003.0, 5800000.0))
    sentence = refusal("normalize", INPUT=[first, other], OUTPUT=str(tmp_path / "n.tif"))
    assert "«\u00a0other.tif\u00a0» et «\u00a0first.tif\u00a0» sont sur des grilles différentes" in sentence
    assert "reçu\u00a0: 8 × 8 pixels de 10 × 10 à partir de (500003, " in sentence


def test_a_model_that_is_none_is_refused_in_french(french, tmp_path):
    path = tmp_path / "m.rlmodel"
    path.write_bytes(b"nothing")
    with pytest.raises(QgsProcessingException, match="^«\u00a0m.rlmodel\u00a0».* Copiez-le ou refaites-le.$"):
        checks.images_suit_model(str(path), [])
