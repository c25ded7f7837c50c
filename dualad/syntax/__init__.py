"""Python in, core out: the source of a function, what of it is refused, and its lowering. Knows no calculus."""
