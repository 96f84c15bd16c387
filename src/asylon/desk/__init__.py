"""The desk: the web application of a legal-aid organisation, a Django project."""
