"""In demand: what people look for and hardly find, and skills next to one's own."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gigs.insights import demand, skills
from gigs.insights.searches import KEPT_DAYS


@login_required
@require_safe
def in_demand_page(request: HttpRequest) -> HttpResponse:
    own = skills.own_skills(int(request.user.pk or 0))
    context = {
        "groups": demand.in_demand(),
        "has_skills": bool(own),
        "skills": skills.next_to(own),
        "days": demand.DAYS,
        "few": demand.FEW_GIGS,
        "standing_percent": demand.GOOD_STANDING // 10,
        "least_visitors": settings.SEARCHES_LEAST_VISITORS,
        "least_sellers": settings.GUIDANCE_LEAST_SELLERS,
        "kept_days": KEPT_DAYS,
    }
    return render(request, "gigs/in_demand.html", context)
