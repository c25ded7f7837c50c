"""Analyses of core: versions, memory, kinds, activity."""
