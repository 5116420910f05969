"""What the engine says in English is recognized, and shown in French."""

import sys

import numpy as np
import pytest
from qgis.core import QgsProcessingException
from waiting import no_hang

from rasterlearn.algorithms import checks
from rasterlearn.core.base.progress import JsonLines, Progress
from rasterlearn.host import engine_texts
from rasterlearn.host.process import EventReader

SAMPLES = ("a", "12", "x.tif", "b_7", "0.5", "é", "7x4", "/c/d", "9")
# Texts that are the same in French.
SAME = {"({})", "image {}", "pixels", "{} h {} min", "{} min {} s", "{} × {} pixels"}


def filled(template):
    """A template with sample values, and these values."""
    values = [SAMPLES[number % len(SAMPLES)] for number in range(template.count("{}"))]
    return template.format(*values), values


@pytest.fixture
def templates(script):
    """What the engine can say."""
    return script.sources()[script.ENGINE_CONTEXT]


def test_the_list_is_what_the_code_says(script, templates):
    assert list(script.engine_texts.problems(templates)) == []
    assert list(script.engine_texts.problems([*templates, "Something new."])) == [
        "engine_texts.txt is not what the engine says: run make translations"
    ]


def test_the_check_fails_on_a_stale_list(script, monkeypatch, tmp_path, capsys):
    stale = tmp_path / "engine_texts.txt"
    stale.write_text('"An old sentence."\n', encoding="utf-8")
    monkeypatch.setattr(script.engine_texts, "LIST", stale)
    monkeypatch.setattr(sys, "argv", ["translations.py", "--check"])
    with pytest.raises(SystemExit) as left:
        script.main()
    assert left.value.code == 1
    assert "engine_texts.txt is not what the engine says: run make translations" in capsys.readouterr().out


def test_sentences_are_found_in_code(script):
    source = '''
"""Not sent, as it is a docstring."""
REASONS = ("outside {}", "single")
OPERATIONS = "Add Sub Mul".split()


def f(self, progress):
    """Nor is this."""
    what = f"the layer {self.name!r}"
    text = f"loss {loss:.4f}"
    text += f"  kappa {kappa:.3f}"
    progress.report(0.5, "counting")
    progress.info(f"{count} patches." + (f" Rejected: {summary}." if summary else ""))
    self.values["key"] = "<b>some markup</b>"
    raise InputError(
        f"“{name}” is broken{' (nearly)' * near}: {what or 'nothing'} at 100 %. "
        f"Give {{}} or {'this one' if one else 'others'}."
    )
'''
    assert script.engine_texts.templates_of(source) == [
        "outside {}",
        "the layer {}",
        "loss {}",
        "{}  kappa {}",
        "counting",
        "{} patches.{}",
        "{} Rejected: {}.",
        "“{}” is broken{}: {} at 100 %. Give {{}} or {}.",
        "{} (nearly)",
        "nothing",
        "this one",
        "others",
    ]


def test_every_sentence_is_recognized_as_itself(templates):
    for template in templates:
        text, values = filled(template)
        found, found_values = engine_texts.recognize(text)
        assert found.text == template
        assert found_values == values


def test_every_sentence_is_french_with_its_values(templates, french):
    english = []
    for template in templates:
        text, values = filled(template)
        shown = engine_texts.translated(text)
        for value in values:
            assert value in shown, template
        if shown == text:
            english.append(template)
    assert set(english) == SAME


def test_few_templates_are_compared_with_a_text(templates):
    counts = [len(engine_texts.candidates(filled(template)[0])) for template in templates]
    assert sum(counts) / len(counts) < 25


def test_the_list_is_read_only_once_and_only_when_it_is_needed(monkeypatch, request):
    engine_texts._index.cache_clear()
    assert engine_texts.translated("Loading TensorFlow …") == "Loading TensorFlow …"
    assert engine_texts._index.cache_info().misses == 0
    request.getfixturevalue("french")
    assert [engine_texts.translated("Loading TensorFlow …") for _ in range(3)] == ["Chargement de TensorFlow …"] * 3
    assert engine_texts._index.cache_info().misses == 1


@pytest.mark.parametrize("text", ["", "Something that nobody wrote.", "a.tif", "128", "{}", "forêt, eau; ville\nfin"])
def test_an_unknown_text_stays_as_it_is(french, text):
    assert engine_texts.translated(text) == text


@pytest.mark.parametrize(
    ("text", "french_text"),
    [
        # a reason
        (
            "The forest in the model file is damaged: too many trees. Train the model again.",
            "La forêt dans le fichier du modèle est endommagée : trop d'arbres. Entraînez à nouveau le modèle.",
        ),
        # a reason that is a sentence without its full stop, and has a reason itself
        (
            "The description in “m” is damaged: The description of a source is malformed: the width of a patch must be "
            "a whole number from 1 to 9, received 10. The file was not written by RasterLearn. Train the model again.",
            "La description dans « m » est endommagée : La description d'une source est mal formée : la largeur d'une "
            "imagette doit être un nombre entier de 1 à 9 ; reçu : 10. Le fichier n'a pas été écrit par RasterLearn. "
            "Entraînez à nouveau le modèle.",
        ),
        # a part of a sentence that begins it here
        (
            "The network in the model file would unpack 9 bytes to 99. Real models do not; do not use this file.",
            "Le réseau dans le fichier du modèle : décompresser ces 9 octets en donnerait 99. Ce n'est jamais le cas "
            "d'un vrai modèle ; n'utilisez pas ce fichier.",
        ),
        # two parts, put together
        (
            "The entry “a” of “m” has an unsound name. Do not use this file.",
            "L'entrée « a » de « m » a un nom douteux. N'utilisez pas ce fichier.",
        ),
        # a list of reasons, in a part that may be left out
        (
            "7 patches. Rejected: 2 because outside the image; 1 because the patch touches nodata in image 2.",
            "7 imagettes. Rejets : 2 parce que : hors de l'image ; 1 parce que : l'imagette touche des pixels nodata "
            "dans image 2.",
        ),
        # sentences that follow each other
        (
            "Leakage audit: 5 of 10 validation patches (50.0 %) overlap a training patch; the nearest training sample "
            "is 0 pixels (0 m) away, in the median 4 pixels. The accuracy on these validation samples is too good. "
            "“Select samples” with VALIDATION_PERCENT sets aside blocks that share no pixel with the training patches.",
            "Contrôle des fuites : 5 sur 10 imagettes de validation (50.0 %) se superposent à une imagette "
            "d'entraînement ; l'échantillon d'entraînement le plus proche est à 0 pixels (0 m), en médiane à 4 pixels. "
            "L'exactitude sur ces échantillons de validation est trop élevée. « Sélectionner des échantillons » avec "
            "VALIDATION_PERCENT met de côté des blocs qui n'ont aucun pixel en commun avec les imagettes "
            "d'entraînement.",
        ),
        # names are left alone, those in a list as well
        ("“training” has no points. Expected a layer of sample points.",
         "« training » n'a pas de points. Attendu : une couche de points d'échantillonnage."),
        ("“p” has no field “class”; it has features. Choose one of these.",
         "« p » n'a pas de champ « class » ; il a features. Choisissez l'un de ceux-là."),
        ("Classes: 1 yes, 2 unlimited, no, 4 a, b.", "Classes : 1 yes, 2 unlimited, no, 4 a, b."),
        (
            "All 3 points of “p” were rejected: 3 because outside the image. Check that the points lie on “a”, “b”, "
            "and the nodata value.",
            "Les 3 points de « p » ont tous été rejetés : 3 parce que : hors de l'image. Vérifiez que les points se "
            "trouvent sur « a », « b », ainsi que la valeur nulle (nodata).",
        ),
    ],
)  # fmt: skip
def test_sentences_in_sentences(french, text, french_text):
    assert engine_texts.translated(text).replace("\u00a0", " ") == french_text


def test_a_long_text_takes_no_long_time(french):
    """It would take years if every combination were tried."""
    text = "the layer of the network is in {} of the image, which has a value. " * 30
    with no_hang():
        engine_texts.translated(f"Unexpected ValueError: {text}. Please report it with the log a.log.")


def test_lines_are_translated_one_by_one(french):
    shown = engine_texts.translated("Loading TensorFlow …\nunknown words\nTraining set: 12")
    first, second, third = shown.split("\n")
    assert (first, second) == ("Chargement de TensorFlow …", "unknown words")
    assert third.endswith("12") and not third.startswith("Training")


def test_events_are_shown_in_french(french, feedback):
    class Stream:
        write, flush = staticmethod(EventReader(feedback)), staticmethod(lambda: None)

    progress = Progress(JsonLines(Stream))
    progress.info("Loading TensorFlow …")
    progress.warning("MIXED_PRECISION needs a GPU; the network is trained in 32 bits.")
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
