"""Reading feeds and saved e-mails that others wrote, in a process of its own that has little memory and time.

What such a document can do wrong is without end: entities that unfold, twenty thousand levels, quadratic corners of a
parser. So a child process reads it, one entry after another, and writes what it found to a file; the kernel ends it
when it takes too much. What it wrote until then is kept. Nothing of the press room is loaded there.
"""

from pressroom.kit.feedreading.limited import Spool as Spool
from pressroom.kit.feedreading.limited import read as read
