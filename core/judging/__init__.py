"""Accuracy of maps and models, of classes and values, and the reports of it."""
