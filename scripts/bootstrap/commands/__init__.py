"""One module for each group of make targets."""
