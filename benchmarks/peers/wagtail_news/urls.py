"""Addresses: two of ours, and Wagtail's."""

from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail_news import views

urlpatterns = [
    path("clips/", views.clips),
    path("feeds/releases.rss", views.Releases()),
    path("", include(wagtail_urls)),
]
