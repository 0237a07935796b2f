"""Nothing over HTTP but a sign of life."""

from django.http import HttpResponse
from django.urls import path

urlpatterns = [path("", lambda request: HttpResponse("alive\n"))]
