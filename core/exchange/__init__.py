"""Exchange of models with other programs: import and export."""
