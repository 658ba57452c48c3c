"""Tools that know nothing of press rooms."""
