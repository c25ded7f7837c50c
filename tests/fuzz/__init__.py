"""Generated programs: random, well typed, and held to the same checks as the corpus."""
