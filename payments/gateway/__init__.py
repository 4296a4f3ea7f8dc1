"""The only place that knows the ``stripe`` package: small functions in, frozen dataclasses out."""
