"""Stories and their placements: one wire story in forty papers is one story and forty placements."""

from pressroom.clips.stories.looking import nearest as nearest
