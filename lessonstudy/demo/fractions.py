"""The closed cycle: fractions as fair shares, in two lessons of class 4A."""

from lessonstudy.demo.fractions_first import FIRST
from lessonstudy.demo.fractions_second import SECOND
from lessonstudy.demo.people import GURU, MODERATOR, NARASUMBER, OBSERVER, OBSERVER_2
from lessonstudy.demo.pieces import Cycle

FRACTIONS = Cycle(
    title="Pecahan sebagai pembagian yang adil",
    subject="Matematika",
    theme=(
        "Anak yang biasanya diam di kelompok berani mengutarakan gagasannya sendiri, dan teman-temannya "
        "mendengarkan sebelum memilih satu cara."
    ),
    team="Tim Matematika kelas tinggi",
    school_class="4A",
    founder=GURU,
    roles={
        GURU: "model_teacher",
        OBSERVER: "observer",
        OBSERVER_2: "observer",
        MODERATOR: "moderator",
        NARASUMBER: "commentator",
    },
    room="Ruang 4A",
    lessons=(FIRST, SECOND),
)
