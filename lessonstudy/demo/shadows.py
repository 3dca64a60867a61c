"""The cycle at plan: why shadows grow and shrink, in class 4A."""

from lessonstudy.demo.people import GURU, MODERATOR, OBSERVER, OBSERVER_2
from lessonstudy.demo.pieces import Cycle, Lesson, Plan, Step, Table

PLAN = Plan(
    topic="Mengapa bayangan tiang memendek menjelang siang?",
    prior_knowledge=(
        "Siswa tahu bahwa bayangan terjadi bila cahaya terhalang, dan bahwa Matahari tampak berpindah. "
        "Yang baru: menghubungkan tinggi Matahari dengan panjang bayangan."
    ),
    objectives=(
        (
            "cognitive",
            "Menjelaskan hubungan antara letak Matahari dan panjang bayangan dari data sendiri.",
            "Memakai ukurannya sendiri sebagai alasan: “pukul delapan panjangnya …, pukul sepuluh …”.",
        ),
        (
            "affective",
            "Mengubah dugaan bila datanya berkata lain.",
            "Berkata “tadi aku kira …, ternyata …”.",
        ),
        (
            "psychomotor",
            "Mengukur panjang bayangan dari titik yang sama.",
            "Ujung meteran tepat di kaki tiang pada setiap pengukuran.",
        ),
    ),
    steps=(
        Step(
            phase="opening",
            minutes=10,
            activity="Siswa menggambar dugaannya: bayangan tiang pukul delapan, sepuluh, dan dua belas.",
            question="Kapan bayangan tiang paling panjang? Mengapa kamu menduga begitu?",
            support="Semua gambar ditempel; tidak ada yang dinilai.",
            watch="Dugaan apa yang muncul, dan siapa mengubah gambarnya setelah melihat gambar teman?",
            expected=(
                ("correct", "Pagi paling panjang, siang paling pendek."),
                ("misconception", "Siang paling panjang, karena cahayanya paling kuat."),
                ("misconception", "Selalu sama, karena tiangnya sama."),
            ),
        ),
        Step(
            phase="core",
            minutes=25,
            activity="Di halaman, tiap kelompok mengukur bayangan tiangnya tiga kali dan mencatat.",
            question="Dari mana sampai mana kamu mengukur?",
            support="Bila ukuran dua kelompok jauh berbeda: “Tunjukkan kepada mereka caramu mengukur.”",
            watch="Siapa memegang meteran, siapa mencatat; berapa kali peran itu berganti?",
            expected=(
                ("correct", "Mengukur dari kaki tiang ke ujung bayangan."),
                ("partial", "Mengukur dari tepi alas tiang."),
            ),
        ),
        Step(
            phase="core",
            minutes=20,
            activity="Kelompok membuat gambar Matahari, tiang, dan bayangan untuk tiap ukuran.",
            question="Apa yang berubah kalau Matahari lebih tinggi?",
            support="Sediakan senter dan pensil bagi kelompok yang ingin mencoba.",
            watch="Alasan siapa yang memakai angka dari tabelnya?",
            expected=(
                ("correct", "Makin tinggi Matahari, makin pendek bayangannya."),
                ("partial", "Bayangannya pindah arah."),
                ("none", "Menyalin gambar tanpa alasan."),
            ),
        ),
        Step(
            phase="closing",
            minutes=15,
            activity="Siswa kembali ke gambar dugaannya dan menulis apa yang berubah.",
            question="Tadi kamu kira apa, dan apa yang membuatmu yakin sekarang?",
            support="Yang sulit menulis boleh merekam ceritanya dengan bantuan teman.",
            watch="Siapa menyebut datanya sendiri, siapa menyebut jawaban teman?",
        ),
    ),
)

SHADOWS = Cycle(
    title="Bayangan dan letak Matahari",
    subject="IPAS",
    theme="Anak mengubah dugaannya karena datanya sendiri, bukan karena teman yang paling yakin.",
    team="Tim IPAS",
    school_class="4A",
    founder=GURU,
    roles={
        GURU: "model_teacher",
        OBSERVER: "planner",
        OBSERVER_2: "observer",
        MODERATOR: "moderator",
    },
    room="Halaman depan",
    lessons=(
        Lesson(
            plan=PLAN,
            tables=(
                Table("A02 A10 A13 A20 A25"),
                Table("A05 A08 A17 A24 A30"),
                Table("A01 A15 A19 A22 A26"),
                Table("A04 A06 A11 A18 A28"),
                Table("A03 A07 A12 A21 A29"),
                Table("A09 A14 A16 A23 A27"),
            ),
            watching={OBSERVER: (1, 2), OBSERVER_2: (3,), MODERATOR: (4,)},
        ),
    ),
)
