from django.urls import path

from jinan_credit.portal.views import (
    articles,
    bulletins,
    catalogue,
    engines,
    lists,
    promises,
    records,
    statistics,
    status,
    verify,
)

urlpatterns = [
    path("", records.home, name="home"),
    path("public/entries/<uuid:pk>/", records.record, name="public_entry"),
    path("public/lists/", lists.lists, name="public_lists"),
    path("public/lists/<slug:code>/", lists.list_page, name="public_list"),
    path("public/promises/", promises.promises, name="public_promises"),
    path("public/articles/", articles.articles, name="public_articles"),
    path("public/articles/<int:pk>/", articles.article, name="public_article"),
    path("public/statistics/", statistics.statistics, name="public_statistics"),
    path("public/about/", records.about, name="about"),
    path("public/catalogue/", catalogue.catalogue, name="public_catalogue"),
    path("public/memoranda/", records.memoranda, name="public_memoranda"),
    path("public/memoranda/<slug:code>/", records.memorandum, name="public_memorandum"),
    path("public/bulletins/", bulletins.bulletins, name="public_bulletins"),
    path("public/bulletins/<int:year>/<int:serial>/", bulletins.bulletin, name="public_bulletin"),
    path("robots.txt", engines.robots, name="robots"),
    path("sitemap.xml", engines.sitemap, name="sitemap"),
    path("status/", status.status, name="status"),
    path("verify/", verify.verify, name="verify"),
]
