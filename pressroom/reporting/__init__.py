"""For reporters and scientists: the glossary, the experts, statements, and a check of texts."""

from flask import Flask

from pressroom.enquiries import subjects
from pressroom.releases import terms
from pressroom.reporting import check, experts, experts_desk, glossary, glossary_desk, queries
from pressroom.reporting import search as documents
from pressroom.reporting import uses as uses
from pressroom.search import register

terms.register(queries.linked)
subjects.register(experts.title_of)


def init_app(app: Flask) -> None:
    """The pages, the desk, and how terms and experts are found."""
    for room in (check, glossary, experts, glossary_desk, experts_desk):
        app.register_blueprint(room.bp)
    register(documents.TERM, load=documents.load_terms, ids=documents.term_ids, newest=documents.newest_terms)
    register(documents.EXPERT, load=documents.load_experts, ids=documents.expert_ids, newest=documents.newest_experts)
