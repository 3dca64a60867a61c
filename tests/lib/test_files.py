"""Files that rows name by key: whole or not at all, and found again where no row names them."""

import os

import pytest

from lessonstudy.lib import files


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def stored(media):
    return sorted(path.name for path in media.rglob("*") if path.is_file())


def test_a_file_is_kept_under_a_key_that_nobody_guesses(media):
    one, other = files.put("work", b"content", "jpg"), files.put("work", b"content", "jpg")

    with files.opened(one) as file:
        assert file.read() == b"content"
    assert one != other
    assert one.startswith("work/")
    assert len(one) > 40


def test_a_full_disk_leaves_nothing_behind(media, monkeypatch):
    def full(_number):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(files.NoRoom, match="No space left"):
        files.put("work", b"content", "jpg")

    assert stored(media) == []


def test_nobody_sees_half_a_file(media, monkeypatch):
    seen = []
    rename = os.replace
    monkeypatch.setattr(os, "replace", lambda old, new: (seen.extend(stored(media)), rename(old, new)))

    key = files.put("work", b"content", "jpg")

    assert [name for name in seen if not name.startswith(".")] == []
    assert files.is_there(key)


@pytest.mark.parametrize(
    "key", ["", ".", "../outside.jpg", "/etc/passwd", "work/../../outside.jpg", "work/none"]
)
def test_a_key_leads_nowhere_else(media, key):
    (media.parent / "outside.jpg").write_bytes(b"x")

    with pytest.raises((FileNotFoundError, IsADirectoryError)):
        files.opened(key)


def test_forgetting_twice_is_forgetting_once():
    key = files.put("work", b"content", "jpg")

    files.forget(key)
    files.forget(key)

    assert not files.is_there(key)


def test_what_no_row_names_is_left_over_unless_it_was_just_written(media):
    old, named, new = (files.put("work", b"x", "jpg") for _number in range(3))
    for key in (old, named):
        os.utime(media / key, (0, 0))

    assert list(files.left_over("work", {named})) == [old]
    assert list(files.left_over("nothing", set())) == []
    assert files.is_there(new)
