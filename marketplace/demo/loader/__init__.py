"""Fills a new site with people, gigs and orders, through the services that the product uses.

Deterministic from a seed: the same people, words, prices and pictures each time; moments are relative to now.
"""
