"""Help: articles as files, one for each language, searched in the process."""
