"""Mutation testing: faults are planted in the code that makes derivatives, and those that nothing finds are listed.

`python -m tests.mutation --count 200 --seed 1` draws 200 faults by seed. A fault is one change of one place
(`faults`): a statement dropped, a test negated, a flag turned, a set operation widened or narrowed... What they are
run against are *units* (`units`): the programs of the corpus in several ways, generated programs, and golden files.
What each unit gives without a fault, which statements of the package it runs and which conditions decide in it, is
found once (`coverage`) and kept in the folder `build`. A fault is run against the units that
run its statement, until one gives another outcome, in a process of its own that is forked before the package is
loaded (`planted`, `shards`).
"""
