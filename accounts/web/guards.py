from django.http import HttpRequest

from accounts.models import User


def signed_in(request: HttpRequest) -> User:
    """The person behind a request whose view demands a login (``login_required``)."""
    if not isinstance(request.user, User):
        raise TypeError("this view needs login_required")
    return request.user
