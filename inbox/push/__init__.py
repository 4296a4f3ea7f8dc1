"""Notices that a browser shows by itself (web push, RFC 8030): keys, devices, addresses that may be called, sending."""
