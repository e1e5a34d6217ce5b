"""Data to words and markup; no writes."""
