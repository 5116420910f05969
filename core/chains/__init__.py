"""Chains of steps that combine all rooms of core."""
