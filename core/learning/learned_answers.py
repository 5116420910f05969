"""The kinds of answers that networks learn, classes or values, and everything in training that depends on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Optional, Protocol

from ..base.errors import InputError
from ..images.answers import Answer, ClassAnswer, ValueAnswer
from ..images.legend import Legend
from ..images.normalization import same_transform
from ..images.value_target import Target
from ..judging.value_scores import Deviations
from ..model.model_file import Model
from ..samples.patch_set import PatchSet
from .network_answer import ends_in_softmax, outputs_an_image, rows_and_columns
from .objectives import Classes, Objective, Values
from .patch_judge import Judge
from .training_loop import Settings
from .training_result import Judgement, require_two_classes, samples_per_class

CLASSES, VALUES = "classes", "values"


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

    def require_model(self, model: Model, patches: PatchSet) -> None:
        """Raises InputError if a model whose training is to be continued predicts something else."""
        ...

    def ending(self, network: Any, patches: PatchSet) -> Any:
        """A user's network with the ending of our architectures. Raises InputError if it predicts something else."""
        ...

    def require_network(self, network: Any, patches: PatchSet, name: str) -> None:
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
        require_two_classes(patches.known_labels, patches.classes, "training")

    def agreed(self, patches: PatchSet) -> list[Any]:
        return []

    def of_architecture(self, architecture: str, patches: PatchSet) -> Any:
        from ...models import restores_images

        if restores_images(architecture):
            raise InputError(
                f"The architecture {architecture} restores images: it learns from patches of values. Extract patches "
                "with a TARGET_IMAGE, or choose another architecture."
            )
        return len(patches.classes)

    def require_model(self, model: Model, patches: PatchSet) -> None:
        if not model.answer.has_classes:
            raise _other_answer(VALUES, CLASSES)
        if model.classes.to_json() != patches.classes.to_json():
            raise InputError(
                f"MODEL has the classes {model.classes.describe()}; received patches with the classes "
                f"{patches.classes.describe()}. Give patches of the same classes, or train a new network."
            )

    def ending(self, network: Any, patches: PatchSet) -> Any:
        import keras

        count = int(network.output_shape[-1])
        if count != len(patches.classes):
            raise InputError(
                f"MODEL answers with {count} scores; expected {len(patches.classes)}, one for each class: "
                f"{patches.classes.describe()}."
            )
        if ends_in_softmax(network) is not None:
            return network
        return keras.Model(network.inputs, keras.layers.Softmax(name="probabilities")(network.outputs[0]))

    def require_network(self, network: Any, patches: PatchSet, name: str) -> None:
        answers_with_image = outputs_an_image(network)
        if answers_with_image and not patches.is_dense:
            raise InputError(
                f"{name} answers with an image, so it learns from patches with a label for each pixel; received one "
                "label for each patch. Extract them with a LABEL_IMAGE, or choose another architecture."
            )
        if patches.is_dense and not answers_with_image:
            raise InputError(
                f"{name} answers a patch with one class, but the labels are patches of a label image. Choose an "
                "architecture that answers with an image (segmentation, unet), or extract patches without LABEL_IMAGE."
            )
        if answers_with_image and tuple(patches.labels.shape[1:]) != tuple(patches.shapes[0][:2]):
            raise InputError(
                f"The label patches have {patches.labels.shape[2]} × {patches.labels.shape[1]} pixels, those of the "
                f"first image {patches.shapes[0][1]} × {patches.shapes[0][0]}. Extract them with a label image on the "
                "image's grid."
            )

    def objective(self, network: Any, patches: PatchSet, settings: Settings) -> Objective:
        _require_loss(settings, "crossentropy", expected="classes: crossentropy")
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
                f"{' × '.join(map(str, training.answers.shape[1:]))} of {', '.join(ours.bands)}, received "
                f"{' × '.join(map(str, validation.answers.shape[1:]))} of {', '.join(theirs.bands)}. Extract both with "
                "the same settings."
            )
        if not same_transform(ours.image.normalization, theirs.image.normalization):
            raise InputError(
                "The targets of the validation set were normalized in another way than those of the training set. "
                "Extract both from the same image, or use “Statistics from”."
            )

    def with_legend(self, patches: PatchSet, legend: Legend) -> PatchSet:
        raise InputError("LEGEND is for classes; these patches are answered with values. Leave it empty.")

    def require_learnable(self, patches: PatchSet) -> None:
        pass  # a band without values is found when its moments are computed

    def agreed(self, patches: PatchSet) -> list[Any]:
        return [_target(patches).to_json(), *(moment.tolist() for moment in patches.value_moments)]

    def of_architecture(self, architecture: str, patches: PatchSet) -> Any:
        from ...models import MODELS, answers_with_image
        from ...models.source_shape import ValuesShape

        if not answers_with_image(architecture):
            able = ", ".join(filter(answers_with_image, MODELS))
            raise InputError(
                f"The architecture {architecture} answers a patch with one class, but the patches are to be answered "
                f"with patches of values. Choose one that answers with an image: {able}."
            )
        _, height, width, bands = patches.answers.shape
        mean, variance = (tuple(moment.tolist()) for moment in patches.value_moments)
        return ValuesShape(height, width, bands, mean, variance)

    def require_model(self, model: Model, patches: PatchSet) -> None:
        ours, theirs = model.answer, _target(patches)
        if not isinstance(ours, ValueAnswer):
            raise _other_answer(CLASSES, VALUES)
        if ours.target.bands != theirs.bands:
            raise InputError(
                f"MODEL answers with the bands {', '.join(ours.target.bands)}; received target patches with the bands "
                f"{', '.join(theirs.bands)}. Give targets with the same bands."
            )

    def ending(self, network: Any, patches: PatchSet) -> Any:
        return network

    def require_network(self, network: Any, patches: PatchSet, name: str) -> None:
        if not outputs_an_image(network):
            raise InputError(
                f"{name} answers a patch with single scores, but the patches are to be answered with patches of "
                "values. Choose one that answers with an image."
            )
        bands = patches.answers.shape[3]
        if int(network.output_shape[-1]) != bands:
            raise InputError(
                f"{name} answers with {network.output_shape[-1]} value(s) for each pixel; the target patches have "
                f"{bands} band(s). Give a network that has one value for each of them."
            )
        rows_and_columns(network, patches)

    def objective(self, network: Any, patches: PatchSet, settings: Settings) -> Objective:
        _require_loss(settings, "l1", "l2", "ssim", expected="values: l1, l2 or ssim")
        if settings.class_weights != "none" or settings.calibrate:
            raise InputError("CLASS_WEIGHTS and CALIBRATE are for classes; these patches are answered with values.")
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


def _target(patches: PatchSet) -> Target:
    answer = patches.answer
    assert isinstance(answer, ValueAnswer)
    return answer.target


def _other_answer(of_model: str, of_patches: str) -> InputError:
    return InputError(f"MODEL answers with {of_model}; received patches to be answered with {of_patches}.")


def _require_loss(settings: Settings, *losses: str, expected: str) -> None:
    if settings.loss not in ("auto", *losses):
        raise InputError(
            f"LOSS={settings.loss} does not suit these patches, which are answered with {expected}. Or give auto."
        )


_LEARNED: dict[type, LearnedAnswer] = {ClassAnswer: LearnedClasses(), ValueAnswer: LearnedValues()}


def learned(answer: Answer) -> LearnedAnswer:
    """The kind of answer to learn from patches with this one."""
    return _LEARNED[type(answer)]
