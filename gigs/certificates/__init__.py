"""Certificates that sellers name on their page; staff may check one, and then it says so, with the day."""
