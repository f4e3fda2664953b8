from django.contrib.auth import get_user_model, login
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import include, path


def sign_in(request: HttpRequest) -> HttpResponseRedirect:
    """Whoever says who he is, is: of the provider's own sign-in nothing is tested. The header names the person."""
    user = get_user_model().objects.get(username=request.headers["X-Person"])
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return HttpResponseRedirect(request.GET["next"])


urlpatterns = [path("sign-in/", sign_in), path("o/", include("oauth2_provider.urls", namespace="oauth2_provider"))]
