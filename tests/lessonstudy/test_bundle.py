"""Modules and style sheets joined into one file: each once, in order, its names its own."""

import subprocess
from pathlib import Path

import playwright
import pytest
from django.conf import settings
from django.urls import reverse

from lessonstudy.lib import bundle, offline

NODE = Path(playwright.__file__).parent / "driver/node"  # it comes with the browser tests' own package


def written(folder, **modules):
    for name, text in modules.items():
        (folder / f"{name}.js").write_text(text)
    return folder / "entry.js"


def test_a_module_comes_once_and_after_what_it_needs(tmp_path):
    entry = written(
        tmp_path,
        entry='import { one } from "./a.js";\nimport "./b.js";\none();\n',
        a='import { two } from "./b.js";\nexport const one = () => two;\n',
        b="let two = 1;\nexport async function three() {}\nexport class Four {}\n",
    )

    joined = bundle.script(entry)

    folder = tmp_path.name
    places = [joined.index(f"const {folder}_{name} =".replace("-", "_")) for name in ("b", "a", "entry")]
    assert places == sorted(places)
    assert joined.count("let two = 1;") == 1
    assert "return { three, Four };" in joined
    assert "import" not in joined
    assert "export" not in joined


def test_a_name_taken_under_another_keeps_its_new_one(tmp_path):
    entry = written(
        tmp_path,
        entry='import {\n  draw as drawIt,\n  other,\n} from "./a.js";\n',
        a="export const draw = 1;\nexport const other = 2;\n",
    )

    assert "const { draw: drawIt, other, } = " in bundle.script(entry)


@pytest.mark.parametrize(
    "text",
    [
        'import all from "./a.js";\n',
        'import * as all from "./a.js";\n',
        "export default 1;\n",
        "export { one };\n",
        "export let one = 1;\n",
        'const later = () => import("./a.js");\n',
    ],
)
def test_what_cannot_be_joined_is_refused(tmp_path, text):
    with pytest.raises(bundle.NotOurManner, match=r"entry\.js"):
        bundle.script(written(tmp_path, entry=text, a=""))


def test_modules_that_need_each_other_are_refused(tmp_path):
    entry = written(tmp_path, entry='import "./a.js";\n', a='import "./entry.js";\n')

    with pytest.raises(bundle.NotOurManner, match="imports itself"):
        bundle.script(entry)


def test_a_style_sheet_is_joined_with_its_layers(tmp_path):
    (tmp_path / "one.css").write_text("a { color: red; }\n")
    entry = tmp_path / "all.css"
    entry.write_text('@layer base;\n\n@import url("/static/one.css") layer(base);\n\nb {}\n')

    assert bundle.styles(entry, tmp_path) == "@layer base;\n\n@layer base {\na { color: red; }\n}\n\nb {}\n"


def test_the_capture_page_is_two_files_that_are_kept_for_ever(client):
    addresses = offline.addresses()
    script, styles = client.get(addresses["script"]), client.get(addresses["styles"])

    assert (script["Content-Type"], styles["Content-Type"]) == (
        "text/javascript; charset=utf-8",
        "text/css; charset=utf-8",
    )
    assert "immutable" in script["Cache-Control"]
    assert "@import" not in styles.content.decode()
    every = set((settings.BASE_DIR / "static/js/observe").glob("*.js"))
    assert all(f"const observe_{path.stem} = " in script.content.decode() for path in every)


def test_a_page_of_yesterday_gets_what_there_is_and_may_not_keep_it(client):
    answer = client.get(reverse("capture_script", args=["0" * 16]))

    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-cache")


def test_comments_on_lines_of_their_own_are_not_sent_and_nothing_else_is_lost(tmp_path):
    kept = 'const site = "https://lessons.example"; // stands beside code\nconst star = 2 * 3;\n'
    comments = "/* What it is for,\n   over two lines: a ** b. */\n  // why\n"
    entry = written(tmp_path, entry=comments + kept)

    joined = bundle.script(entry)

    assert kept in joined
    assert "what it is for" not in joined.lower()
    assert "why" not in joined


@pytest.mark.parametrize(("text", "is_read"), [(None, True), ("const one = ;", False)])
def test_the_script_is_one_that_a_browser_reads(tmp_path, text, is_read):
    made = tmp_path / "capture.mjs"
    made.write_text(text or offline.script())

    read = subprocess.run([NODE, "--check", made], check=False, capture_output=True)

    assert (read.returncode == 0) == is_read
