"""The cycle at observe: finding the main idea of a text, in class 5A; the lesson is going on."""

from lessonstudy.demo.people import GURU, MODERATOR, OBSERVER, OBSERVER_2
from lessonstudy.demo.pieces import Cycle, Lesson, Look, Note, Plan, Seen, Step, Table, Tablet

PLAN = Plan(
    topic="Gagasan utama: kalimat mana yang dapat dibuang?",
    prior_knowledge=(
        "Siswa dapat menceritakan kembali isi paragraf. Yang baru: memilih satu gagasan dan memberi "
        "alasan mengapa kalimat lain hanya menjelaskannya."
    ),
    objectives=(
        (
            "cognitive",
            "Menentukan gagasan utama paragraf dan menunjukkan kalimat penjelasnya.",
            "Mencoret kalimat yang dapat dibuang tanpa mengubah gagasan, dan berkata mengapa.",
        ),
        (
            "affective",
            "Menyanggah pendapat teman dengan menunjuk teksnya.",
            "Berkata “menurutku tidak, karena di sini tertulis …”.",
        ),
    ),
    steps=(
        Step(
            phase="opening",
            minutes=10,
            activity="Siswa membaca dalam hati paragraf tentang lumbung padi, lalu memilih satu kalimat.",
            question="Kalau hanya boleh satu kalimat yang tinggal, kamu memilih yang mana?",
            support="Bacakan sekali lagi bagi yang memerlukan.",
            watch="Siapa memilih tanpa menoleh ke teman?",
            expected=(
                ("partial", "Kalimat pertama, karena selalu yang pertama."),
                ("correct", "Kalimat ketiga, karena yang lain menjelaskannya."),
            ),
        ),
        Step(
            phase="core",
            minutes=25,
            activity="Kelompok mencoret kalimat satu per satu; setiap coretan harus disertai alasan.",
            question="Apa yang hilang kalau kalimat ini dicoret?",
            support="“Tunjukkan di teks.”",
            watch="Alasan siapa yang menunjuk teks; siapa yang mencoret tanpa bertanya?",
            expected=(
                ("correct", "Contohnya boleh dicoret, gagasannya tetap."),
                ("misconception", "Kalimat yang panjang adalah yang penting."),
                ("none", "Menunggu giliran mencoret."),
            ),
        ),
        Step(
            phase="core",
            minutes=20,
            activity="Dua kelompok yang berbeda pilihan saling meyakinkan.",
            question="Kalimat mana di teks yang mendukungmu?",
            support="Ulangi alasan siswa dengan kata-katanya sendiri.",
            watch="Siapa mengubah pilihannya, dan karena apa?",
        ),
        Step(
            phase="closing",
            minutes=15,
            activity="Siswa menulis gagasan utama dengan kalimatnya sendiri.",
            question="Bagaimana kamu tahu itu gagasan utamanya?",
            support="Boleh dimulai dengan “Paragraf ini tentang …”.",
            watch="Siapa menulis, siapa menyalin?",
        ),
    ),
)

MAIN_IDEA = Cycle(
    title="Mencari gagasan utama dengan mencoret",
    subject="Bahasa Indonesia",
    theme="Anak menyanggah dengan menunjuk teks, bukan dengan suara yang lebih keras.",
    team="Tim literasi",
    school_class="5A",
    founder=OBSERVER_2,
    roles={
        OBSERVER_2: "model_teacher",
        OBSERVER: "observer",
        GURU: "planner",
        MODERATOR: "moderator",
    },
    room="Ruang 5A",
    lessons=(
        Lesson(
            plan=PLAN,
            tables=(
                Table("B01 B08 B16 B21 B25", "SQVSS", 18),
                Table("B02 B07 B13 B22 B28"),
                Table("B03 B06 B14 B18 B29"),
                Table("B04 B10 B12 B20 B23"),
                Table("B05 B09 B11 B17 B26"),
                Table("B15 B19 B24 B27"),
            ),
            watching={OBSERVER: (1,), GURU: (2,), MODERATOR: (3, 4)},
            tablets={
                OBSERVER: Tablet(
                    began=(0, 11),
                    seen=(
                        Seen(8, 1, "B25", "Kalimat ketiga, karena yang lain menjelaskannya."),
                        Seen(9, 1, "B21", fact="Memilih dua kalimat dan tidak mau melepas satu pun."),
                    ),
                    looks=(Look(16, 1, "B21"),),
                )
            },
            notes=(
                Note(
                    "read-twice",
                    OBSERVER,
                    "B25",
                    7,
                    1,
                    "Membaca dengan suara pelan dua kali, lalu melingkari kalimat ketiga sebelum "
                    "teman-temannya.",
                    "Ia memilih sendiri; waktunya hanya lebih lama.",
                ),
                Note(
                    "crossed-out",
                    OBSERVER,
                    "B16",
                    14,
                    2,
                    "Mencoret kalimat kedua sambil berkata, “Ini cuma contoh.” Tiga teman mengikuti "
                    "tanpa bertanya.",
                    "Alasannya benar, tetapi belum menjadi alasan kelompok.",
                    flagged=True,
                ),
                Note(
                    "pointed-at-text",
                    OBSERVER,
                    "B08",
                    17,
                    2,
                    "Menunjuk baris ketiga dengan pensil, tidak berkata apa-apa. B21 membaca baris itu "
                    "keras-keras.",
                ),
            ),
        ),
    ),
)
