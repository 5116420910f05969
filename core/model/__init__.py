"""Models: networks, forests and imported graphs, their files, and the checks that make untrusted files safe to open."""
