"""A real OpenID provider for the tests: django-oauth-toolkit in a process and a database of its own."""
