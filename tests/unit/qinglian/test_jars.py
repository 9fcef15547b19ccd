"""The broker's jars are exactly those of the lock, or there are none."""

import hashlib
import threading
from pathlib import Path

import pytest

from qinglian.errors import JarRefused, LauncherError, Stopped
from qinglian.jars import BYTES_TOTAL, Jar, Progress, fetch_jars, missing_jars, read_lock


def a_jar(name: str, content: bytes) -> Jar:
    return Jar("org.example", name, "1.0", hashlib.sha256(content).hexdigest())


def content_of(name: str) -> bytes:
    return f"content of {name}".encode()


class Registry:
    """Serves what it is told to serve; counts who asks."""

    def __init__(self, **served: bytes) -> None:
        self.served = served
        self.asked: list[str] = []
        self._lock = threading.Lock()

    def download(self, progress: Progress, jar: Jar, target: Path) -> Path:
        with self._lock:
            self.asked.append(jar.artifact)
        content = self.served.get(jar.artifact)
        if content is None:
            raise ConnectionError(jar.artifact)
        path = target / jar.file_name
        path.write_bytes(content)
        progress(len(content))
        return path


def ignore(_count: int) -> None:
    pass


def test_the_committed_lock_names_forty_six_files_and_no_address() -> None:
    jars = read_lock()
    assert len(jars) == 46
    assert {len(jar.sha256) for jar in jars} == {64}
    assert len({jar.file_name for jar in jars}) == 46
    assert BYTES_TOTAL > 40_000_000


def test_what_was_fetched_is_not_asked_for_again(tmp_path: Path) -> None:
    jars = [a_jar("one", content_of("one")), a_jar("two", content_of("two"))]
    registry = Registry(one=content_of("one"), two=content_of("two"))

    fetch_jars(jars, tmp_path, progress=ignore, download=registry.download)
    fetch_jars(jars, tmp_path, progress=ignore, download=registry.download)

    assert sorted(registry.asked) == ["one", "two"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one-1.0.jar", "two-1.0.jar"]


def test_a_file_that_differs_from_the_lock_is_refused_and_not_kept(tmp_path: Path) -> None:
    jar = a_jar("one", content_of("one"))

    with pytest.raises(JarRefused, match=r"one-1\.0\.jar"):
        fetch_jars([jar], tmp_path, progress=ignore, download=Registry(one=b"something else").download)

    assert list(tmp_path.iterdir()) == []


def test_after_a_failure_only_what_is_missing_is_fetched(tmp_path: Path) -> None:
    jars = [a_jar("one", content_of("one")), a_jar("two", content_of("two"))]
    with pytest.raises(LauncherError, match=r"two-1\.0\.jar"):
        fetch_jars(jars, tmp_path, progress=ignore, download=Registry(one=content_of("one")).download)
    assert missing_jars(jars, tmp_path) == [jars[1]]

    mended = Registry(one=content_of("one"), two=content_of("two"))
    fetch_jars(jars, tmp_path, progress=ignore, download=mended.download)

    assert mended.asked == ["two"]


def test_a_damaged_file_in_the_cache_is_fetched_anew(tmp_path: Path) -> None:
    jar = a_jar("one", content_of("one"))
    (tmp_path / jar.file_name).write_bytes(b"cut sho")

    fetch_jars([jar], tmp_path, progress=ignore, download=Registry(one=content_of("one")).download)

    assert (tmp_path / jar.file_name).read_bytes() == content_of("one")


def test_ctrl_c_while_fetching_ends_it_without_another_attempt(tmp_path: Path) -> None:
    registry = Registry(one=content_of("one"))

    def stop(_count: int) -> None:
        raise Stopped("enough")

    with pytest.raises(Stopped):
        fetch_jars([a_jar("one", content_of("one"))], tmp_path, progress=stop, download=registry.download)
    assert registry.asked == ["one"]
