from typing import Any

from django.core.files.storage import FileSystemStorage

from jinan_credit.kernel.room import room_needed


class WholeFileStorage(FileSystemStorage):
    """A file is kept whole or not at all; without room for it `no_room` is the refusal."""

    def _save(self, name: str, content: Any) -> str:
        try:
            with room_needed():
                return super()._save(name, content)  # type: ignore[misc]
        except BaseException:
            self.delete(name)  # `save` saw to it that nobody else has this name
            raise
