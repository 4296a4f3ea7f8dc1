"""Help: all topics, one article, and the search through them."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marketplace.kernel import currency_choice, languages
from marketplace.pages import markdown
from marketplace.pages.figures import figures
from marketplace.pages.help import articles, finding

_LONGEST_QUESTION = 200


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """All articles by topic; with ``q`` what was found."""
    asked = request.GET.get("q", "").replace("\x00", "").strip()[:_LONGEST_QUESTION]
    language = articles.current_language()
    context: dict[str, object] = {
        "asked": asked,
        "topics": articles.topics(language),
        "foreign": articles.foreign_language(),
    }
    if asked:
        with languages.spoken(language):
            said = figures(currency_choice.preferred(request))
        context["found"] = finding.find(asked, said)
    return render(request, "pages/help/overview.html", context)


@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """One article with its neighbours of the topic."""
    language = articles.current_language()
    found = articles.all_of(language).get(slug)
    if found is None:
        raise Http404(_("There is no such help page."))
    topic = next(one for one in articles.topics(language) if one.key == found.topic)
    with languages.spoken(found.language):
        text = markdown.filled(found.text, figures(currency_choice.preferred(request)))
    context = {
        "article": found,
        "topic": topic,
        "text": markdown.html(text),
        "summary": markdown.plain(text.partition("\n\n")[0]),
        "is_foreign": found.language != language or bool(articles.foreign_language()),
        "foreign": articles.foreign_language(),
    }
    return render(request, "pages/help/article.html", context)
