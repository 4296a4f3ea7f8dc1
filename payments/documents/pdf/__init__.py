"""Documents drawn on A4, with the site's own fonts embedded; the same content gives the same bytes."""
