"""Shape and validation of what is typed about a cycle. Choices never leave the cycle's own school."""
