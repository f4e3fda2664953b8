import io

from django.test import Client
from django.urls import reverse

from jinan_credit.accounts.models import User
from lists.models import EntryExport, ListImport
from lists.services.exports import run_export


def signed_in(user: User) -> Client:
    """A browser in which this person has signed in."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def annotated(client: Client, made: ListImport) -> io.BytesIO:
    """The file of an import with its column of errors: asked for, written by a worker, fetched."""
    page = client.post(reverse("import_copy", args=[made.pk]))
    assert page.status_code == 302, page.content.decode()
    export = EntryExport.objects.latest("pk")
    run_export(export.pk)
    return io.BytesIO(client.get(reverse("export_file", args=[export.pk])).getvalue())
