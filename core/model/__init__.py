"""What a model is, and how a model file is opened safely."""
