"""What a model answers: its geometry, the dense walk, predictors."""
