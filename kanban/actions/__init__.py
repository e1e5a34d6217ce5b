"""Verbs: the only writers, one transaction each."""
