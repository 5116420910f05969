"""Training of networks, forests and imported graphs."""
