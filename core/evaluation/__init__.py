"""Evaluation of models: their geometry, dense evaluation, predictors, and an evaluator for each kind of model."""
