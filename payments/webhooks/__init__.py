"""Hints from Stripe that something changed: verified, stored once, answered; the object is read again afterwards.

``envelope`` says what a body must be, ``inbox`` stores, ``processing`` carries out, ``registry`` knows which type is
followed on which endpoint, ``handlers/`` has one small module for each noun.
"""
