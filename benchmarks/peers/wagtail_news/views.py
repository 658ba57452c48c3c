"""The archive's search with four facets, and the feed."""

from django.contrib.syndication.views import Feed
from django.shortcuts import render
from wagtail.search.backends import get_search_backend
from wagtail_news.models import Clip, NewsPage

FACETS = ("outlet", "medium", "language", "year")


def clips(request):
    """Twenty clips that match, best first, and how many there are of each outlet, medium, language and year."""
    found = get_search_backend().search(request.GET.get("q", ""), Clip.objects.all())
    context = {
        "clips": list(found[:20]),
        "total": found.count(),
        "facets": [(name, list(found.facet(name).items())[:20]) for name in FACETS],
    }
    return render(request, "wagtail_news/clips.html", context)


class Releases(Feed):
    """The newest thirty in full."""

    title, link, description = "Releases", "/releases/", "Press releases"

    def items(self):
        """The releases."""
        return NewsPage.objects.live().public().order_by("-first_published_at")[:30]

    def item_title(self, item):
        """The headline."""
        return item.title

    def item_description(self, item):
        """The body in full."""
        return item.body

    def item_link(self, item):
        """Its address."""
        return item.url
