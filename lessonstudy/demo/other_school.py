"""The one cycle of the other school, in words that nobody at the first school should ever see."""

from lessonstudy.demo.people import STRANGER
from lessonstudy.demo.pieces import Cycle, Lesson, Plan, Step, Table

PLAN = Plan(
    topic="Menaksir berat ikan di pasar",
    prior_knowledge="Siswa sudah menimbang dengan timbangan dua lengan.",
    objectives=(("cognitive", "Menaksir berat dalam kilogram.", "Taksiran dan hasil timbang berdekatan."),),
    steps=(
        Step(
            phase="core",
            minutes=35,
            activity="Kelompok menaksir berat lima ikan dari plastisin, lalu menimbangnya.",
            question="Ikan mana yang lebih berat daripada satu kilogram?",
            support="Satu kilogram pembanding tersedia di tiap meja.",
            watch="Siapa mengubah taksirannya setelah menimbang?",
        ),
    ),
)

FISH = Cycle(
    title="Menaksir berat di pasar ikan",
    subject="Matematika",
    theme="Anak menaksir dengan pembanding, bukan menebak.",
    team="Tim kelas rendah",
    school_class="3",
    founder=STRANGER,
    roles={STRANGER: "model_teacher"},
    lessons=(Lesson(plan=PLAN, tables=(Table("T01 T03 T05"), Table("T02 T04 T06")), watching={}),),
)
