"""What a French user reads, and that scripts/translations.py finds, keeps and checks it."""

import re
import sys

import pytest
from qgis.core import QgsApplication, QgsProcessingException

# Words that are identical in French.
SAME = {"Architecture", "Image", "Page", "Points", "Signature", "Table"}
# Characters before which French has a space that must not break a line.
BEFORE = re.compile("« |[^\u00a0«][:;?!»%](?![\\w/.])")


@pytest.fixture
def french_texts(script):
    """English to translation, of the dialogs and of the engine."""
    contexts = script.read(script.FOLDER / "rasterlearn_fr.ts").values()
    return {t.english or source: t for translations in contexts for source, t in translations.items()}


def texts_of(name):
    """Everything that an algorithm shows, by what it is."""
    algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"rasterlearn:{name}")
    texts = {"title": algorithm.displayName(), "group": algorithm.group(), "help": algorithm.shortHelpString()}
    for parameter in algorithm.parameterDefinitions():
        texts[parameter.name()] = parameter.description()
        texts[f"help of {parameter.name()}"] = parameter.help()
    for output in algorithm.outputDefinitions():
        texts[f"output {output.name()}"] = output.description()
    return {what: text for what, text in texts.items() if text}


def names():
    return [a.name() for a in QgsApplication.processingRegistry().providerById("rasterlearn").algorithms()]


def test_all_translations_are_complete_and_fresh(script):
    contexts = script.sources()
    files = list(script.FOLDER.glob("*.ts"))
    assert files
    for path in files:
        translations = script.read(path)
        assert list(translations) == list(contexts)
        for name, texts in contexts.items():
            assert list(script.problems(texts, translations[name])) == []


def test_every_algorithm_is_french_throughout(qgis, request):
    english = {name: texts_of(name) for name in names()}
    request.getfixturevalue("french")
    french = {name: texts_of(name) for name in names()}
    assert len(french) > 10 and all(len(texts) > 4 for texts in french.values())
    for name, texts in french.items():
        assert texts.keys() == english[name].keys()
        same = {text for what, text in texts.items() if text == english[name][what]}
        assert {re.sub(r" \d", "", text) for text in same} <= SAME, name


def test_what_makes_an_algorithm_is_the_same_in_french(qgis, request):
    def interface(name):
        algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"rasterlearn:{name}")
        parameters = [(p.name(), p.defaultValue(), p.flags()) for p in algorithm.parameterDefinitions()]
        return algorithm.id(), algorithm.groupId(), parameters, [o.name() for o in algorithm.outputDefinitions()]

    english = [interface(name) for name in names()]
    request.getfixturevalue("french")
    assert [interface(name) for name in names()] == english


def test_some_french(french, algorithm):
    assert algorithm("trainforest").displayName() == "Entraîner une forêt aléatoire"
    assert algorithm("normalize").group() == "2. Préparation des données"
    assert algorithm("trainmodel").parameterDefinition("LEARNING_RATE").description() == "Taux d'apprentissage"
    assert algorithm("extractpatches").parameterDefinition("PATCH_SIZE_3").description().endswith("l'image 3")
    assert algorithm("applymodel").parameterDefinition("MODEL").fileFilter() == "Modèle RasterLearn (*.rlmodel)"


def test_an_error_is_french_with_its_values(french, job_of, tmp_path):
    with pytest.raises(QgsProcessingException, match=r"^INPUT\s: l'image «\s.*none\.tif\s» ne peut pas être chargée"):
        job_of("applymodel", INPUT=str(tmp_path / "none.tif"), MODEL="m.rlmodel", OUTPUT=str(tmp_path / "map.tif"))


def test_numbers_are_filled_in(french):
    from rasterlearn.host import installation

    with pytest.raises(QgsProcessingException, match=r"environ 999999 Go dans «\s/\s», mais seulement [0-9.]+ Go"):
        installation.require_space("/", 999999)


def test_every_message_can_be_filled_in(script, french_texts):
    engine = script.engine_templates()  # whose fields have names; test_engine_texts.py fills them in
    for source, translation in french_texts.items():
        values = [n + 0.5 for n in range(sum(script.placeholders(source).values()))]
        if values and source not in engine:
            filled_in = source.format(*values), translation.text.format(*values)
            assert all(str(value) in text for value in values for text in filled_in)


def test_titles_are_quoted_as_they_are_translated(script, french_texts):
    french = {source: translation.text for source, translation in french_texts.items()}
    texts = [*script.own_sources(), *script.named_sources().values()]
    titles = [title for title in texts if f"“{title}”" in "".join(french)]
    assert "Set up the engine" in titles
    for title in titles:
        for source, text in french.items():
            assert source.count(f"“{title}”") <= text.count(f"«\u00a0{french[title]}\u00a0»")


def test_french_has_its_spaces(french_texts):
    texts = [re.sub(r"\{[^{}]*\}", "{}", translation.text) for translation in french_texts.values()]
    assert [found for text in texts for found in BEFORE.findall(text)] == []


def test_the_system_has_a_language(compiled, language_of_the_system, settings):
    from rasterlearn.host import translation

    for name, there_is in (("fr_CA", True), ("fr", True), ("de_DE", False), ("en_US", False), ("C", False)):
        language_of_the_system(name)
        translator = translation.install(compiled)
        assert (translator is not None) == there_is
        translation.remove(translator)


def test_the_setting_and_the_option_override_the_system(language_of_the_system, settings):
    from rasterlearn.host import translation

    language_of_the_system("de_DE")
    assert translation.language() == "de_DE"
    settings({"locale/overrideFlag": False, "locale/userLocale": "fr"})
    assert translation.language() == "de_DE"
    settings({"locale/overrideFlag": True, "locale/userLocale": "fr"})
    assert translation.language() == "fr"
    QgsApplication.setTranslation("it")  # qgis --lang it
    try:
        assert translation.language() == "it"
    finally:
        QgsApplication.setTranslation("")


def test_the_plugin_translates_before_it_makes_algorithms_and_leaves_english_behind(
    monkeypatch, compiled, language_of_the_system, settings
):
    from rasterlearn import plugin as module

    seen, install = [], module.translation.install
    monkeypatch.setattr(module, "register", lambda: seen.append(module.tr("Seed")))
    monkeypatch.setattr(module.translation, "install", lambda: install(compiled))
    language_of_the_system("fr_FR")
    plugin = module.RasterLearnPlugin(None)
    plugin.initProcessing()
    assert seen == ["Graine"]
    plugin.unload()
    assert module.tr("Seed") == "Seed"


def test_strings_are_found_in_their_order(script):
    source = '''
class Second(Dialog):
    """Not shown."""

    def f(self):
        text = "not shown"
        return tr(
            "concatenated, "
            "in two parts: {}"
        ).format(tr("inner"))

    def title(self):
        return tr(parameter.description())
'''
    assert script.strings_of(source, "a.py") == [
        "concatenated, in two parts: {}",
        "inner",
    ]


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ('tr(f"{name} is missing")', "{name} is missing"),
        ("tr(name)", "name"),
        ('tr("a" + name)', "'a' + name"),
        ('tr("{} is missing".format(name))', "is missing"),
        ("tr(self.TITLE)", "self.TITLE"),
    ],
)
def test_what_cannot_be_translated_is_refused_by_name(script, source, named):
    with pytest.raises(ValueError, match=r"a\.py, line \d: .*cannot be translated") as refusal:
        script.strings_of("\n" + source, "a.py")
    assert named in str(refusal.value)


def test_old_translations_are_kept_and_new_ones_begun(script):
    done = script.Translation
    old = {
        "Stays": done("Reste", True),
        "Goes": done("Part", True),
        "A sentence with a mistaek.": done("Une phrase.", True),
    }
    assert script.merged(["New", "Stays", "A sentence with a mistake."], old) == {
        "New": done("", False),
        "Stays": done("Reste", True),
        "A sentence with a mistake.": done("Une phrase.", False),
    }


def test_a_comma_in_english_leaves_the_translation_finished(script, french_texts, monkeypatch, tmp_path, capsys):
    path = tmp_path / "rasterlearn_fr.ts"
    path.write_text((script.FOLDER / path.name).read_text(encoding="utf-8"), encoding="utf-8")
    help_text = script.named_sources()["selectsamples.count.help"]
    assert "constant, the" in help_text
    contexts = script.sources()
    contexts[script.NAMED_CONTEXT]["selectsamples.count.help"] = help_text.replace("constant, the", "constant the")
    monkeypatch.setattr(script, "sources", lambda: contexts)
    monkeypatch.setattr(script, "FOLDER", tmp_path)
    monkeypatch.setattr(sys, "argv", ["translations.py"])
    with pytest.raises(SystemExit) as left:
        script.main()
    assert left.value.code == 0 and capsys.readouterr().out.startswith("0 texts to translate")
    written = script.read(path)[script.NAMED_CONTEXT]["selectsamples.count.help"]
    assert written == french_texts[help_text]._replace(english=help_text.replace("constant, the", "constant the"))
    assert written.finished


def test_another_text_of_a_key_is_unfinished(script):
    old = {"a.help": script.Translation("Un texte.", True, "A text.")}
    assert script.merged({"a.help": "Something else altogether."}, old) == {
        "a.help": script.Translation("Un texte.", False, "Something else altogether.")
    }
    assert list(script.problems({"a.help": "A, text."}, old)) == ["“a.help” was corrected: run make translations"]


def test_a_file_is_read_as_it_was_written(script, tmp_path):
    path = tmp_path / "rasterlearn_fr.ts"
    translations = {
        '<b> & “c”\n\nit\'s "{}"': script.Translation('<b> & «\u00a0c\u00a0»\n\nc\'est "{}"', True),
        "New": script.Translation(),
    }
    named = {"a.label": script.Translation("Étiquette", True, 'A "label"')}
    contexts = {"One": translations, "Named": named, "Other": {" of {}": script.Translation(" de {}", True)}}
    script.write(path, contexts)
    assert script.read(path) == contexts
    assert list(script.read(path)["One"]) == list(translations)


@pytest.mark.parametrize(
    ("translations", "problem"),
    [
        ({}, "“{} of {}” is missing"),
        ({"{} of {}": ("{} de {}", False)}, "“{} of {}” is not translated"),
        ({"{} of {}": (" ", True)}, "“{} of {}” is not translated"),
        ({"{} of {}": ("{} de", True)}, "“{} of {}” has other {} "),
        ({"{} of {}": ("{} de {name}", True)}, "“{} of {}” has other {} "),
        ({"{} of {}": ("{:.1f} de {}", True)}, "“{} of {}” has other {} "),
        ({"{} of {}": ("{} de {", True)}, "“{} of {}” has other {} "),
        ({"{} of {}": ("{} de {}", True), "Old": ("Vieux", True)}, "“Old” is no longer used"),
    ],
)
def test_what_is_wrong_is_reported(script, translations, problem):
    translations = {source: script.Translation(*translation) for source, translation in translations.items()}
    found = list(script.problems(["{} of {}"], translations))
    assert len(found) == 1 and found[0].startswith(problem)


def test_french_is_written_with_no_break_spaces(script):
    set_well = script.well_set("« {} » : 20 % ; voir https://a.b ? « c ».", "fr")
    assert set_well == "«\u00a0{}\u00a0»\u00a0: 20\u00a0%\u00a0; voir https://a.b\u00a0? «\u00a0c\u00a0»."
    assert script.well_set(set_well, "fr") == set_well and script.well_set("“a” : b", "de") == "“a” : b"


def test_values_may_change_places(script):
    assert not list(script.problems(["{} of {}"], {"{} of {}": script.Translation("{1}, {0}", True)}))


def test_what_stands_between_items_is_translated_but_no_number_and_no_parameter(script):
    template = "{share:.1f} of {names:, | and } {what:capital}, {p:mode=auto}"

    def wrong(text):
        return list(script.problems([template], {template: script.Translation(text, True)}))

    assert wrong("{p:mode=auto} : {what} {share:.1f} de {names:, | et }") == []
    assert len(wrong("{p:mode=auto} : {what} {share:.2f} de {names:, | et }")) == 1
    assert len(wrong("{p:mode=patch} : {what} {share:.1f} de {names:, | et }")) == 1
    assert len(wrong("{what} {share:.1f} de {names:, | et }")) == 1


def test_another_order_is_reported(script):
    translations = {text: script.Translation(text, True) for text in ("B", "A")}
    assert list(script.problems(["A", "B"], translations)) == [
        "the texts are in another order than in the code: run make translations"
    ]
