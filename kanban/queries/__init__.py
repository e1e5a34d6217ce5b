"""Reads that need thought."""
