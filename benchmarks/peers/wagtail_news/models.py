"""Releases are pages; clips are rows that Wagtail indexes."""

from django.db import models
from wagtail.fields import RichTextField
from wagtail.models import Page
from wagtail.search import index


class NewsIndex(Page):
    """The list of releases, newest first, twenty a page."""

    template = "wagtail_news/list.html"

    def get_context(self, request, *args, **kwargs):
        """With the newest twenty."""
        found = super().get_context(request, *args, **kwargs)
        found["releases"] = NewsPage.objects.live().public().order_by("-first_published_at")[:20]
        return found


class NewsPage(Page):
    """A release."""

    template = "wagtail_news/release.html"
    kind = models.CharField(max_length=60)
    subhead = models.TextField(blank=True)
    body = RichTextField()
    notes = RichTextField(blank=True)
    journal = models.TextField(blank=True)
    study = models.TextField(blank=True)
    doi = models.TextField(blank=True)
    search_fields = [*Page.search_fields, index.SearchField("body")]


class Clip(index.Indexed, models.Model):
    """A clip of the archive."""

    headline = models.TextField()
    excerpt = models.TextField(blank=True)
    outlet = models.TextField()
    medium = models.CharField(max_length=40)
    language = models.CharField(max_length=20)
    year = models.IntegerField(db_index=True)
    published_on = models.DateField()
    search_fields = [
        index.SearchField("headline", boost=2),
        index.SearchField("excerpt"),
        index.FilterField("outlet"),
        index.FilterField("medium"),
        index.FilterField("language"),
        index.FilterField("year"),
        index.FilterField("published_on"),
    ]
