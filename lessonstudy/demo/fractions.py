"""The closed cycle: fractions as fair shares, in two lessons of class 4A."""

from lessonstudy.demo.fractions_first import FIRST
from lessonstudy.demo.fractions_second import SECOND
from lessonstudy.demo.people import GURU, MODERATOR, NARASUMBER, OBSERVER, OBSERVER_2
from lessonstudy.demo.pieces import Cycle, Inquiry

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
    way={
        "focus": "Kami ingin belajar memperbaiki cara kami membuka diskusi kelompok bagi anak yang diam.",
        "ideal": "Setiap anak mengutarakan gagasannya dan mendengarkan gagasan teman.",
        "actual": "Di tiap meja satu atau dua anak berbicara; yang lain mengangguk dan menyalin.",
        "gap": "Anak yang sudah menemukan caranya sendiri belum menunjukkannya kepada teman.",
        "hypothesis_in": "diskusi kelompok tentang pembagian yang adil",
        "hypothesis_by": "memberi tiap anak giliran menunjukkan gambarnya sebelum memilih satu cara",
        "hypothesis_change": "anak yang diam akan menjelaskan gambarnya dan temannya mengulang gagasannya",
    },
    case_pupils=(
        ("A15", "Anak yang paham, tetapi diam di kelompok"),
        ("A05", "Anak yang cepat dan sering mengambil alih"),
        ("A18", "Anak yang membaca perlahan"),
    ),
    studied=(
        Inquiry(
            "Gagasan mana yang menjadi inti pecahan sebagai pembagian?",
            "Hasil bagi tiga untuk empat adalah satu bilangan, tiga perempat, bukan tiga potong.",
            "Buku guru kelas IV dan catatan tim",
            3,
        ),
        Inquiry(
            "Di mana siswa kita sering keliru?",
            "Menghitung semua potongan sebagai penyebut: tiga per dua belas.",
            "Wawancara dengan enam siswa kelas 4A",
            3,
        ),
        Inquiry(
            "Mengapa kertas lipat, bukan gambar di papan?",
            "Potongan dapat ditumpuk; sama besar terlihat tanpa menghitung.",
            step=2,
        ),
    ),
)
