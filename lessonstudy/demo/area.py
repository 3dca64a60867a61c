"""The cycle at reflect: the area of a rectangle, in class 5A; the debrief has begun."""

from lessonstudy.demo.area_seen import FEET, INTERVIEWS, NOTES, REACHED, TABLETS, WORK
from lessonstudy.demo.people import GURU, MODERATOR, NARASUMBER, OBSERVER, OBSERVER_2
from lessonstudy.demo.pieces import Cycle, Finding, Lesson, Plan, Said, Step, Table

PLAN = Plan(
    topic="Berapa ubin yang diperlukan, tanpa menghitung satu per satu?",
    prior_knowledge=(
        "Siswa dapat mengalikan dan menghitung banyak petak. Yang baru: melihat luas sebagai baris yang "
        "berulang, juga bila petaknya tidak kelihatan."
    ),
    objectives=(
        (
            "cognitive",
            "Menemukan banyak petak dari panjang baris dan banyak baris, dan memberi alasan.",
            "Berkata “ada … baris, tiap baris …” sambil menunjuk gambar yang hanya sebagian berpetak.",
        ),
        (
            "affective",
            "Mengajak anggota kelompok yang belum berbicara.",
            "Bertanya “menurutmu?” kepada teman yang diam.",
        ),
    ),
    steps=(
        Step(
            phase="opening",
            minutes=10,
            activity="Siswa melihat lantai yang sebagian tertutup karpet dan menebak banyak ubinnya.",
            question="Bagaimana menghitung ubin yang tidak kelihatan?",
            support="Tebakan ditulis dengan nama caranya, bukan nama anaknya.",
            watch="Siapa menghitung dengan jari, siapa melihat barisnya?",
            expected=(
                ("partial", "Menggambar ubin yang hilang, lalu menghitung semuanya."),
                ("correct", "Enam di setiap baris, ada lima baris."),
            ),
        ),
        Step(
            phase="core",
            minutes=30,
            activity="Kelompok mencari luas tiga karpet, hanya tepinya yang berpetak.",
            question="Dari mana kamu tahu, padahal petaknya tidak ada?",
            support="Minta satu anak bertanya kepada anak lain di meja.",
            watch="Siapa yang bertanya kepada siapa; apakah ada yang hanya menerima hasil?",
            expected=(
                ("correct", "Mengalikan banyak petak di dua tepi."),
                ("misconception", "Menjumlahkan keempat tepi."),
                ("misconception", "Petak di sudut dihitung dua kali."),
            ),
        ),
        Step(
            phase="core",
            minutes=20,
            activity="Kelas membandingkan cara menjumlah tepi dengan cara mengalikan.",
            question="Kapan kedua cara memberi angka yang sama, dan mengapa itu kebetulan?",
            support="Gambar empat kali empat disediakan.",
            watch="Siapa menjelaskan mengapa cara teman tidak selalu berlaku?",
        ),
        Step(
            phase="closing",
            minutes=10,
            activity="Siswa menulis surat pendek kepada tukang ubin.",
            question="Apa yang perlu diketahui tukang itu?",
            support="Boleh dengan gambar.",
            watch="Apakah alasannya memakai baris?",
        ),
    ),
)

AREA = Cycle(
    title="Luas tanpa menghitung satu per satu",
    subject="Matematika",
    theme="Anak yang sudah menemukan cara mengajak temannya menemukan, bukan memberi tahu hasilnya.",
    team="Tim Matematika kelas tinggi",
    school_class="5A",
    founder=MODERATOR,
    roles={
        MODERATOR: "model_teacher",
        GURU: "moderator",
        OBSERVER: "observer",
        OBSERVER_2: "observer",
        NARASUMBER: "commentator",
    },
    room="Ruang 5A",
    lessons=(
        Lesson(
            plan=PLAN,
            tables=(
                Table("B01 B07 B12 B22 B29", "SQSVS", 34),
                Table("B02 B08 B16 B18 B24", "SSLQS", 41),
                Table("B03 B05 B13 B20 B27"),
                Table("B04 B09 B15 B21 B25"),
                Table("B06 B10 B14 B17 B23"),
                Table("B11 B19 B26 B28"),
            ),
            watching={OBSERVER: (1,), OBSERVER_2: (2,), NARASUMBER: (2,)},
            tablets=TABLETS,
            notes=NOTES,
            interviews=INTERVIEWS,
            work=WORK,
            reached=REACHED,
            feet=FEET,
            said=(
                Said(
                    MODERATOR,
                    "interpretation",
                    "Saya memberi waktu terlalu pendek untuk karpet pertama; yang cepat langsung "
                    "memberi tahu.",
                ),
                Said(
                    OBSERVER_2,
                    "fact",
                    "Satu menit, lalu kertasnya diputar supaya semua menyalin.",
                    "told-the-number",
                ),
                Said(
                    OBSERVER,
                    "fact",
                    "Di meja saya pertanyaannya tentang baris, dan temannya menghitung.",
                    "what-do-you-think",
                ),
            ),
            findings=(
                Finding(
                    "Pertanyaan tentang baris mengajak anak yang diam; memberi tahu hasilnya menutup "
                    "bukunya.",
                    supports=("what-do-you-think",),
                ),
            ),
        ),
    ),
)
