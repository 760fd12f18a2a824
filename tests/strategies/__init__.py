"""Strategies, samples and the catalogue of mutations."""
