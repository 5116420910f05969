"""How good maps, models and values are; reports."""
