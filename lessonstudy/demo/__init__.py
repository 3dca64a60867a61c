"""A school that never was, told by the same verbs that real people use; and a second one beside it."""
