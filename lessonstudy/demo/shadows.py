"""The cycle at plan: why shadows grow and shrink, in class 4A."""

from lessonstudy.demo.people import GURU, MODERATOR, OBSERVER, OBSERVER_2
from lessonstudy.demo.pieces import Comment, Cycle, Inquiry, Lesson, Plan, Step, Table, Zone

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
    levels=(
        "Menyebut panjang bayangan tanpa Matahari.",
        "Menyebut keduanya, belum menghubungkannya.",
        "Menghubungkan keduanya dengan ukurannya sendiri.",
        "Meramalkan bayangan pukul lain dan memberi alasan.",
    ),
    zones=(
        Zone("Dugaan kita", "Semua gambar dugaan, berdampingan.", 8),
        Zone("Ukuran kita", "Satu tabel: kelompok × pukul.", 35),
        Zone(
            "Apa yang berubah",
            "Gambar Matahari, tiang, dan bayangan.",
            55,
            idea="Makin tinggi Matahari, makin pendek bayangannya.",
        ),
    ),
    dimensions=(3, 5),
    more={
        "opening_question": "Kapan bayanganmu paling panjang?",
        "approach": "Menduga, mengukur, mengubah dugaan",
        "environment": "Halaman depan, satu tiang untuk tiap kelompok.",
        "assessment": "Proses: cara mengukur. Hasil: gambar dugaan dan gambar akhir tiap anak.",
    },
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
    way={
        "focus": "Kami ingin belajar bagaimana anak mengubah dugaannya karena data.",
        "ideal": "Anak percaya pada yang diukurnya sendiri dan berani berkata “tadi aku kira …”.",
        "actual": "Anak mengikuti jawaban teman yang paling yakin, juga bila ukurannya berkata lain.",
        "gap": "Menjadikan tabel ukuran sendiri alasan dalam percakapan.",
        "hypothesis_in": "percakapan tentang bayangan",
        "hypothesis_by": "meminta setiap anak menunjuk ukurannya sendiri sebelum berpendapat",
        "hypothesis_change": "lebih banyak anak mengubah gambar dugaannya dan menyebut alasannya",
    },
    pair_rules=(
        ("apart", "Orang tua keduanya meminta agar mereka duduk terpisah."),
        ("together", "Yang satu menerjemahkan bagi yang lain."),
    ),
    case_pupils=(
        ("A15", "Anak yang paham, tetapi diam di kelompok"),
        ("A20", "Anak yang menunggu jawaban teman"),
        ("A23", "Anak yang cepat dan yakin"),
    ),
    studied=(
        Inquiry(
            "Bagaimana siswa kita memikirkannya sekarang?",
            "Banyak yang mengira cahaya kuat membuat bayangan panjang.",
            "Gambar dugaan dari kelas tahun lalu",
            1,
        ),
        Inquiry("Apa kata penelitian tentang bayangan?", "", "Ditanyakan kepada narasumber"),
    ),
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
            stand="Di bawah atap sekolah, di sisi yang teduh; jangan menghalangi cahaya.",
            following={OBSERVER_2: "A15"},
            hopes=(
                (1, "A15", "Menggambar dugaannya tanpa melihat gambar teman."),
                (2, "A15", "Mencatat; memegang meteran bila gilirannya diingatkan."),
                (2, "A20", "Bertanya di mana kaki tiang."),
                (4, "A15", "Menyebut ukurannya sendiri sebagai alasan."),
            ),
            comments=(
                Comment(OBSERVER, 2, "Meteran berganti tangan setiap pengukuran?"),
                Comment(MODERATOR, 1, "Dugaan ditempel tanpa nama?", is_settled=True),
            ),
        ),
    ),
)
