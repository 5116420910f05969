"""How networks and forests are trained."""
