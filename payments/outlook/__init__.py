"""What came, what comes, and what a seller wants of a month."""
