"""Uploads stay in memory until they are sealed: no clear file ever lies on a disk."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

MAX_BYTES = 25 * 1024 * 1024


class MemoryOnlyHandler(FileUploadHandler):
    """Keeps an upload in memory and stops one that is too large."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self._file, self._size = BytesIO(), 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Take a piece; stop beyond MAX_BYTES."""
        self._size += len(raw_data)
        if self._size > MAX_BYTES:
            raise StopUpload(connection_reset=False)
        self._file.write(raw_data)
        return None

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """Return the whole file."""
        self._file.seek(0)
        return InMemoryUploadedFile(
            self._file, self.field_name, self.file_name, self.content_type, file_size, self.charset
        )
