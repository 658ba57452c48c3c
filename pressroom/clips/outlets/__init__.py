"""Outlets: what each is, by which names it goes, what of its texts may be shown; and two that turned out to be one."""
