"""The kinds of answers that networks learn, classes or values, and everything in training that depends on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Optional, Protocol

from ..base.errors import InputError
from ..base.messages import Message, parameter
from ..images.answers import Answer, ClassAnswer, ValueAnswer
from ..images.image_source import require_same_scale
from ..images.legend import Legend
from ..images.normalization import same_transform
from ..images.value_target import Target
from ..judging.value_scores import Deviations
from ..model.model_file import Model
from ..raster.classes import ClassMap
from ..samples.patch_set import PatchSet
from .network_answer import ends_in_softmax, outputs_an_image, rows_and_columns
from .objectives import Classes, Objective, Values
from .patch_judge import Judge
from .training_loop import Settings
from .training_result import Judgement, require_two_classes, samples_per_class

CLASSES, VALUES = Message("classes"), Message("values")


class LearnedAnswer(Protocol):
    """A kind of answer that is learned from patches."""

    def require_same(self, training: PatchSet, validation: PatchSet) -> None:
        """Raises InputError if two sets have different classes or values."""
        ...

    def with_legend(self, patches: PatchSet, legend: Legend) -> PatchSet:
        """The patches with a legend's names and colors. Raises InputError if they have no classes."""
        ...

    def require_learnable(self, patches: PatchSet) -> None:
        """Raises InputError if nothing can be learned from the patches."""
        ...

    def agreed(self, patches: PatchSet) -> list[Any]:
        """Plain values that are equal if and only if workers learn the same classes or values."""
        ...

    def of_architecture(self, architecture: str, patches: PatchSet) -> Any:
        """The answers to build a new network for, as in models. Raises InputError if the architecture has others."""
        ...

    def of_model(self, patches: PatchSet, model: Model) -> PatchSet:
        """The patches with the class indices of a model whose training is to be continued.

        Raises:
            InputError: it predicts something else.
        """
        ...

    def of_own_network(self, patches: PatchSet, scores: int, legend: Optional[Legend]) -> PatchSet:
        """The patches with the classes of a legend, if a user's network has a score for each of those."""
        ...

    def ending(self, network: Any, patches: PatchSet) -> Any:
        """A user's network with the ending of our architectures. Raises InputError if it predicts something else."""
        ...

    def require_network(self, network: Any, patches: PatchSet, name: Message) -> None:
        """Raises InputError if a network cannot predict this; `name` is its name in the message."""
        ...

    def objective(self, network: Any, patches: PatchSet, settings: Settings) -> Objective:
        """The objective of the training. Raises InputError if a setting does not apply to such answers."""
        ...

    def before_training(self, network: Any, sets: Mapping[str, PatchSet]) -> Optional[Deviations]:
        """The deviations of an untrained network from the values of the last set; None for classes."""
        ...

    def judgement(
        self, network: Any, sets: Mapping[str, PatchSet], temperature: float, base: Optional[Deviations]
    ) -> Judgement:
        """Assesses a trained network.

        Args:
            sets: training and, if there is one, validation. temperature: of `patch_judge.fitted_temperature`.
            base: deviations of the network before training, if it corrects an image.
        """
        ...


class LearnedClasses:
    """A class for each patch, or for each of its pixels."""

    def require_same(self, training: PatchSet, validation: PatchSet) -> None:
        pass  # aligning their classes reveals any disagreement

    def with_legend(self, patches: PatchSet, legend: Legend) -> PatchSet:
        named = legend.completed_by(Legend.of(patches.classes)).classes_of_values(patches.classes.values)
        return replace(patches, classes=named)

    def require_learnable(self, patches: PatchSet) -> None:
        require_two_classes(patches.known_labels, patches.classes, Message("training"))

    def agreed(self, patches: PatchSet) -> list[Any]:
        return []

    def of_architecture(self, architecture: str, patches: PatchSet) -> Any:
        from ...models import restores_images

        if restores_images(architecture):
            raise InputError(
                "The architecture {architecture} restores images: it learns from patches of values. Extract "
                "patches with a {p:target_image}, or choose another architecture.",
                architecture=architecture,
            )
        return len(patches.classes)

    def of_model(self, patches: PatchSet, model: Model) -> PatchSet:
        if not model.answer.has_classes:
            raise _other_answer(VALUES, CLASSES)
        ours, theirs = model.classes, patches.classes
        if (ours.match(theirs) < 0).any():
            raise InputError(
                "{p:model} has the classes {classes}; received patches with the classes {received}. Give patches "
                "of these classes, or of some of them, or train a new network.",
                classes=ours.describe(),
                received=theirs.describe(),
            )
        ours.require_agreement(theirs, parameter("model"), Message("the training set"))
        return patches.with_classes(_named(ours, theirs), Message("The training set"))

    def of_own_network(self, patches: PatchSet, scores: int, legend: Optional[Legend]) -> PatchSet:
        known = sorted(legend.by_value) if legend else []
        if legend is None or len(known) != scores or not set(patches.classes.values.tolist()) <= set(known):
            return patches
        named = legend.completed_by(Legend.of(patches.classes)).classes_of_values(known)
        return patches.with_classes(named, Message("The training set"))

    def ending(self, network: Any, patches: PatchSet) -> Any:
        import keras

        count = int(network.output_shape[-1])
        if count != len(patches.classes):
            raise InputError(
                "{p:model} answers with {scores} scores; expected {count}, one for each class: {classes}.",
                scores=count,
                count=len(patches.classes),
                classes=patches.classes.describe(),
            )
        if ends_in_softmax(network) is not None:
            return network
        return keras.Model(network.inputs, keras.layers.Softmax(name="probabilities")(network.outputs[0]))

    def require_network(self, network: Any, patches: PatchSet, name: Message) -> None:
        answers_with_image = outputs_an_image(network)
        if answers_with_image and not patches.is_dense:
            raise InputError(
                "{network} answers with an image, so it learns from patches with a label for each pixel; "
                "received one label for each patch. Extract them with a {p:label_image}, or choose another "
                "architecture.",
                network=name,
            )
        if patches.is_dense and not answers_with_image:
            raise InputError(
                "{network} answers a patch with one class, but the labels are patches of a label image. Choose "
                "an architecture that answers with an image (segmentation, unet), or extract patches without "
                "{p:label_image}.",
                network=name,
            )
        if answers_with_image and tuple(patches.labels.shape[1:]) != tuple(patches.shapes[0][:2]):
            raise InputError(
                "The label patches have {width} × {height} pixels, those of the first image {image_width} × "
                "{image_height}. Extract them with a label image on the image's grid.",
                width=patches.labels.shape[2],
                height=patches.labels.shape[1],
                image_width=patches.shapes[0][1],
                image_height=patches.shapes[0][0],
            )

    def objective(self, network: Any, patches: PatchSet, settings: Settings) -> Objective:
        _require_loss(settings, "crossentropy", expected=Message("classes: crossentropy"))
        return Classes(network, patches, settings.class_weights)

    def before_training(self, network: Any, sets: Mapping[str, PatchSet]) -> Optional[Deviations]:
        return None

    def judgement(
        self, network: Any, sets: Mapping[str, PatchSet], temperature: float, base: Optional[Deviations]
    ) -> Judgement:
        judge = Judge.of(network)
        found = Judgement.of(
            sets, judge.accuracy, lambda patches: samples_per_class(patches.known_labels, patches.classes)
        )
        validation = sets.get("validation")
        return replace(found, calibration=judge.calibration(validation, temperature) if validation else None)


class LearnedValues:
    """The values of an image, for each pixel of a patch."""

    def require_same(self, training: PatchSet, validation: PatchSet) -> None:
        ours, theirs = _target(training), _target(validation)
        if (ours.bands, training.answers.shape[1:]) != (theirs.bands, validation.answers.shape[1:]):
            raise InputError(
                "The target patches of the validation set do not fit those of the training set: expected "
                "{expected: × } of {expected_bands}, received {received: × } of {received_bands}. Extract both "
                "with the same settings.",
                expected=list(training.answers.shape[1:]),
                expected_bands=ours.bands,
                received=list(validation.answers.shape[1:]),
                received_bands=theirs.bands,
            )
        require_same_scale(ours.image, theirs.image, Message("the targets of the validation set"))
        if not same_transform(ours.image.normalization, theirs.image.normalization):
            raise InputError(
                "The targets of the validation set were normalized in another way than those of the training "
                "set. Extract both from the same image, or use “Statistics from”."
            )

    def with_legend(self, patches: PatchSet, legend: Legend) -> PatchSet:
        raise InputError("{p:legend} is for classes; these patches are answered with values. Leave it empty.")

    def require_learnable(self, patches: PatchSet) -> None:
        pass  # a band without values is found when its moments are computed

    def agreed(self, patches: PatchSet) -> list[Any]:
        return [_target(patches).to_json(), *(moment.tolist() for moment in patches.value_moments)]

    def of_architecture(self, architecture: str, patches: PatchSet) -> Any:
        from ...models import MODELS, answers_with_image
        from ...models.source_shape import ValuesShape

        if not answers_with_image(architecture):
            able = list(filter(answers_with_image, MODELS))
            raise InputError(
                "The architecture {architecture} answers a patch with one class, but the patches are to be "
                "answered with patches of values. Choose one that answers with an image: {architectures}.",
                architecture=architecture,
                architectures=able,
            )
        _, height, width, bands = patches.answers.shape
        mean, variance = (tuple(moment.tolist()) for moment in patches.value_moments)
        return ValuesShape(height, width, bands, mean, variance)

    def of_model(self, patches: PatchSet, model: Model) -> PatchSet:
        ours, theirs = model.answer, _target(patches)
        if not isinstance(ours, ValueAnswer):
            raise _other_answer(CLASSES, VALUES)
        if ours.target.bands != theirs.bands:
            raise InputError(
                "{p:model} answers with the bands {bands}; received target patches with the bands {received}. "
                "Give targets with the same bands.",
                bands=ours.target.bands,
                received=theirs.bands,
            )
        expected = ours.target.image
        require_same_scale(expected, theirs.image, Message("the targets"))
        if not ours.target.is_foreign and not same_transform(expected.normalization, theirs.image.normalization):
            raise InputError(
                "The targets were normalized in another way than those that {p:model} learned from. Extract them from "
                "an image that is normalized like those (“Statistics from”), or not normalized, as those were."
            )
        return patches

    def of_own_network(self, patches: PatchSet, scores: int, legend: Optional[Legend]) -> PatchSet:
        return patches

    def ending(self, network: Any, patches: PatchSet) -> Any:
        return network

    def require_network(self, network: Any, patches: PatchSet, name: Message) -> None:
        if not outputs_an_image(network):
            raise InputError(
                "{network} answers a patch with single scores, but the patches are to be answered with patches "
                "of values. Choose one that answers with an image.",
                network=name,
            )
        bands = patches.answers.shape[3]
        if int(network.output_shape[-1]) != bands:
            raise InputError(
                "{network} answers with {values} value(s) for each pixel; the target patches have {bands} "
                "band(s). Give a network that has one value for each of them.",
                network=name,
                values=network.output_shape[-1],
                bands=bands,
            )
        rows_and_columns(network, patches)

    def objective(self, network: Any, patches: PatchSet, settings: Settings) -> Objective:
        _require_loss(settings, "l1", "l2", "ssim", expected=Message("values: l1, l2 or ssim"))
        if settings.class_weights != "none" or settings.calibrate:
            raise InputError(
                "{p:class_weights} and {p:calibrate} are for classes; these patches are answered with values."
            )
        return Values(network, patches, "l1" if settings.loss == "auto" else settings.loss)

    def before_training(self, network: Any, sets: Mapping[str, PatchSet]) -> Optional[Deviations]:
        return Values(network, sets["training"], "l1").of_set([*sets.values()][-1])

    def judgement(
        self, network: Any, sets: Mapping[str, PatchSet], temperature: float, base: Optional[Deviations]
    ) -> Judgement:
        def judge(
            patches: PatchSet,
        ) -> Deviations:  # compiled for each set; for batches of any size it rounds otherwise
            return Values(network, sets["training"], "l1").of_set(patches)

        return replace(Judgement.of(sets, judge, lambda patches: [len(patches)]), base=base)


def _named(classes: ClassMap, others: ClassMap) -> ClassMap:
    """The classes, those without a name with that of the same value among others, if their values mean anything."""
    if others.is_numbered:
        return classes
    names = {c.value: c for c in others}
    return ClassMap.of([names.get(c.value, c) if c.name == str(c.value) else c for c in classes])


def _target(patches: PatchSet) -> Target:
    answer = patches.answer
    assert isinstance(answer, ValueAnswer)
    return answer.target


def _other_answer(of_model: Message, of_patches: Message) -> InputError:
    return InputError(
        "{p:model} answers with {of_model}; received patches to be answered with {of_patches}.",
        of_model=of_model,
        of_patches=of_patches,
    )


def _require_loss(settings: Settings, *losses: str, expected: Message) -> None:
    if settings.loss not in ("auto", *losses):
        raise InputError(
            "{p:loss}={loss} does not suit these patches, which are answered with {expected}. Or give auto.",
            loss=settings.loss,
            expected=expected,
        )


_LEARNED: dict[type, LearnedAnswer] = {ClassAnswer: LearnedClasses(), ValueAnswer: LearnedValues()}


def learned(answer: Answer) -> LearnedAnswer:
    """The kind of answer to learn from patches with this one."""
    return _LEARNED[type(answer)]
